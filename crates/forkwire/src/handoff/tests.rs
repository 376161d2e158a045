use super::*;

fn words(variables: &[(&str, &str)]) -> Result<Option<Words>, String> {
    let find = |name: &str| {
        variables
            .iter()
            .find(|(own, _)| *own == name)
            .map(|(_, value)| value.into())
    };
    read(find).map_err(|error| error.to_string())
}

fn told(name: &'static str, fd: i32, format: Format, max_message: Option<usize>) -> Words {
    Words {
        name,
        place: Place::Fd(fd),
        format,
        max_message,
    }
}

#[test]
fn without_a_channel_there_is_none() {
    assert_eq!(words(&[]), Ok(None));
    assert_eq!(words(&[(FD, ""), (MODE, "json")]), Ok(None));
}

#[test]
fn the_mode_is_json_unless_it_is_said() {
    assert_eq!(words(&[(FD, "3")]), Ok(Some(told(FD, 3, Format::Json, None))));
    assert_eq!(
        words(&[(FD, "17"), (MODE, "advanced")]),
        Ok(Some(told(FD, 17, Format::Clone, None)))
    );
}

#[test]
fn forkwires_own_variable_goes_first() {
    let own =
        r#"{"fd":5,"serialization":"advanced","addon":"/a.node","highWaterMark":1,"maxMessageSize":99}"#;
    assert_eq!(
        words(&[(NATIVE, own), (FD, "3")]),
        Ok(Some(told(NATIVE, 5, Format::Clone, Some(99))))
    );
    assert_eq!(
        words(&[(NATIVE, r#"{"fd":5}"#)]),
        Ok(Some(told(NATIVE, 5, Format::Json, None)))
    );
}

#[test]
fn what_cannot_be_meant_is_an_error_with_the_name_and_the_value() {
    for value in ["three", "-1", "3 ", "99999999999"] {
        let error = words(&[(FD, value)]).unwrap_err();
        assert!(error.contains(FD) && error.contains(value), "{error}");
    }
    assert!(words(&[(FD, "3"), (MODE, "xml")]).unwrap_err().contains("xml"));
    for value in ["3", "{}", r#"{"fd":-1}"#, r#"{"fd":3,"serialization":7}"#] {
        assert!(words(&[(NATIVE, value)]).unwrap_err().contains(NATIVE));
    }
}

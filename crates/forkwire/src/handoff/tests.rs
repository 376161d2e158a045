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

fn channel(name: &'static str, fd: i32, config: Config) -> Words {
    Words {
        name,
        place: Place::Fd(fd),
        config,
        lifeline: None,
    }
}

#[test]
fn a_child_may_be_told_to_end_with_its_parent() {
    let told = |text: &str| words(&[(NATIVE, text)]).unwrap().unwrap().lifeline;
    let (fd, grace) = (4, Duration::from_millis(7));
    assert_eq!(
        told(r#"{"fd":3,"lifeline":4,"graceMs":7}"#),
        Some(Lifeline { fd, grace })
    );
    assert_eq!(
        told(r#"{"fd":3,"lifeline":4}"#),
        Some(Lifeline { fd, grace: GRACE })
    );
    assert_eq!(told(r#"{"fd":3,"graceMs":7}"#), None);
    for value in [
        r#"{"fd":3,"lifeline":-1}"#,
        r#"{"fd":3,"lifeline":4,"graceMs":-1}"#,
    ] {
        assert!(words(&[(NATIVE, value)]).unwrap_err().contains(NATIVE));
    }
}

#[test]
fn without_variables_there_is_no_channel() {
    assert_eq!(words(&[]), Ok(None));
    assert_eq!(words(&[(FD, ""), (MODE, "json")]), Ok(None));
}

#[test]
fn the_mode_is_json_by_default() {
    let json = Config::node(Format::Json);
    assert_eq!(words(&[(FD, "3")]), Ok(Some(channel(FD, 3, json))));
    let advanced = Config::node(Format::Clone);
    assert_eq!(
        words(&[(FD, "17"), (MODE, "advanced")]),
        Ok(Some(channel(FD, 17, advanced)))
    );
}

#[test]
fn forkwires_own_variable_takes_precedence_and_has_limits() {
    let own = r#"{"fd":5,"serialization":"advanced","addon":"/a.node","highWaterMark":9,"maxMessageSize":99,
        "latency":"idle"}"#;
    let config = Config::native()
        .serialization(Format::Clone)
        .max_message_size(99)
        .high_water_mark(9)
        .latency(Latency::Idle);
    assert_eq!(
        words(&[(NATIVE, own), (FD, "3")]),
        Ok(Some(channel(NATIVE, 5, config)))
    );
    assert_eq!(
        words(&[(NATIVE, r#"{"fd":5}"#)]),
        Ok(Some(channel(NATIVE, 5, Config::native())))
    );
}

#[test]
fn an_invalid_variable_is_an_error_with_its_name_and_value() {
    for value in ["three", "-1", "3 ", "99999999999"] {
        let error = words(&[(FD, value)]).unwrap_err();
        assert!(error.contains(FD) && error.contains(value), "{error}");
    }
    assert!(words(&[(FD, "3"), (MODE, "xml")]).unwrap_err().contains("xml"));
    for value in [
        "3",
        "{}",
        r#"{"fd":-1}"#,
        r#"{"fd":3,"serialization":7}"#,
        r#"{"fd":3,"latency":"quick"}"#,
    ] {
        assert!(words(&[(NATIVE, value)]).unwrap_err().contains(NATIVE));
    }
}

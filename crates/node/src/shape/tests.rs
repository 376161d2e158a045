use serde_json::{Value, json};

use super::*;

/// The shape of a text, if that is a whole message.
fn skeleton(text: &str) -> Option<String> {
    let shape = Shape::at_start(text.as_bytes())?;
    shape
        .append_values(text.as_bytes(), &mut Vec::new())
        .filter(|rest| rest.is_empty())?;
    Some(String::from_utf8(shape.skeleton()).unwrap())
}

fn texts_of(found: Option<Shaped>) -> Option<(String, String)> {
    let text = |bytes| String::from_utf8(bytes).unwrap();
    found.map(|Shaped { values, shape, .. }| (text(values), text(shape)))
}

fn run(shapes: &mut Shapes, texts: &[&str]) -> Option<(String, String)> {
    let found = shapes.of_run(texts.iter().map(|text| text.as_bytes()), 0);
    assert!(found.as_ref().is_none_or(|found| found.count == texts.len()));
    texts_of(found)
}

#[test]
fn values_are_taken_out_of_texts_of_one_shape() {
    let texts = [
        r#"{"id":1,"op":"add","args":[1,-2.5e+3,"a,b"],"ok":true,"none":null,"o":{},"l":[]}"#,
        r#"{"id":22,"op":"\"","args":["x",false,"]}"],"ok":"","none":0,"o":{},"l":[]}"#,
    ];
    let mut shapes = Shapes::default();
    assert_eq!(run(&mut shapes, &texts), None, "the first run shows the shape");
    let values = r#"[1,"add",1,-2.5e+3,"a,b",true,null,22,"\"","x",false,"]}","",0]"#;
    let skeleton = r#"{"id":0,"op":0,"args":[0,0,0],"ok":0,"none":0,"o":{},"l":[]}"#;
    assert_eq!(run(&mut shapes, &texts), Some((values.into(), skeleton.into())));
}

#[test]
fn texts_without_a_shape_are_left_alone() {
    let deep = "[".repeat(40) + "1" + &"]".repeat(40);
    let long = format!("[{}1]", "1,".repeat(MOST_VALUES));
    let many = format!(r#"{{"{}":1}}"#, "k".repeat(MOST_BYTES));
    for text in [
        "",
        "1",
        "\"x\"",
        "{}",
        "[]",
        "[{},[]]",
        "[1",
        "[1,]",
        "[,1]",
        "[1]]",
        "[1}",
        "{1}",
        "{\"a\":1]",
        "{\"a\",1}",
        "{\"a\"1}",
        "{\"a\":}",
        "{a:1}",
        "{\"a\":1,}",
        "[1 ]",
        " [1]",
        "[\"a]",
        "[\"a\\\"]",
        "[\"\\",
        "{\"\\u0061\":1}",
        "{\"__proto__\":1}",
        "{\"1\":1}",
        "[1;2]",
        "[(1)]",
        &deep,
        &long,
        &many,
    ] {
        assert_eq!(skeleton(text), None, "{text}");
    }
}

#[test]
fn runs_of_several_shapes_are_tried_less_and_less() {
    let (one, other) = (r#"{"a":1}"#, r#"{"b":1}"#);
    let mut shapes = Shapes::default();
    let mut tries = 0;
    for _ in 0..1000 {
        tries += u32::from(shapes.pause == 0);
        assert_eq!(run(&mut shapes, &[one, other]), None);
    }
    assert!(tries < 16, "{tries}");
    let found = (0..=1 << LONGEST_PAUSE).any(|_| run(&mut shapes, &[one, one]).is_some());
    assert!(found, "and again if they have one");
    assert!(run(&mut shapes, &[one]).is_some(), "from then on each time");
}

#[test]
fn an_array_of_messages_is_taken_apart_as_a_run_is() {
    let texts = [
        r#"{"a":1,"b":["x,]"]}"#,
        r#"{"a":-2,"b":[{}]}"#,
        r#"{"a":2,"b":[null]}"#,
    ];
    let same = [texts[0], texts[2]];
    let mut shapes = Shapes::default();
    assert_eq!(
        shapes.of_array(format!("[{}]", same.join(",")).as_bytes()),
        None,
        "this shows the shape"
    );
    let found = shapes
        .of_array(format!("[{}]", same.join(",")).as_bytes())
        .unwrap();
    assert_eq!(found.count, 2);
    assert_eq!(
        Some(found),
        shapes.of_run(same.iter().map(|text| text.as_bytes()), 0)
    );
    for rest in [
        "",
        "]",
        ",",
        ",]",
        "] ",
        "]]",
        "}",
        ",[",
        &format!(",{}]", texts[1]),
    ] {
        let mut shapes = Shapes::default();
        assert_eq!(run(&mut shapes, &same[..1]), None);
        let text = format!("[{}{rest}", texts[0]);
        let found = shapes.of_array(text.as_bytes());
        assert_eq!(found.is_some(), rest == "]", "{text}");
    }
    assert_eq!(shapes.of_array(b"[]"), None);
    assert_eq!(shapes.of_array(b""), None);
}

#[test]
fn a_change_of_shape_takes_one_run() {
    let mut shapes = Shapes::default();
    for text in [r#"{"a":1}"#, r#"{"b":1}"#, r#"{"a":1}"#] {
        assert_eq!(run(&mut shapes, &[text]), None);
        assert!(run(&mut shapes, &[text]).is_some());
    }
}

/// Puts values into the places of a skeleton: what JavaScript does.
fn fill(skeleton: &Value, values: &mut impl Iterator<Item = Value>) -> Value {
    match skeleton {
        Value::Array(all) => all.iter().map(|one| fill(one, values)).collect(),
        Value::Object(all) => {
            let filled = all.iter().map(|(key, one)| (key.clone(), fill(one, values)));
            Value::Object(filled.collect())
        }
        _ => values.next().unwrap(),
    }
}

#[test]
fn values_put_into_their_shape_give_what_the_texts_say() {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let mut random = move |below: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        usize::try_from(state % below as u64).unwrap()
    };
    let leaves = [
        json!(1),
        json!(-2.5),
        json!(1e300),
        json!(null),
        json!(true),
        json!(""),
    ];
    let strings = ["\\", "\"", "a\\\"b", "{\"a\":[", "\u{2028}\u{1F600}\n\0", "x,\ny"];
    for _ in 0..20_000 {
        let (a, b, kind) = (random(leaves.len()), random(strings.len()), random(4));
        let message = |a: usize, b: usize| match kind {
            0 => json!({ "a": leaves[a], "b": strings[b] }),
            1 => json!([leaves[a], [strings[b], {}], { "k": [] }]),
            2 => json!({ "": { "ä{": [leaves[a], strings[b]] }, "z": strings[b] }),
            _ => json!([[[leaves[a]]]]),
        };
        let messages = [
            message(a, b),
            message(random(leaves.len()), random(strings.len())),
        ];
        let texts: Vec<_> = messages.iter().map(Value::to_string).collect();
        let texts: Vec<_> = texts.iter().map(String::as_str).collect();
        let mut shapes = Shapes::default();
        run(&mut shapes, &texts);
        let (values, skeleton) = run(&mut shapes, &texts).unwrap();
        let mut values = serde_json::from_str::<Vec<Value>>(&values).unwrap().into_iter();
        let skeleton = serde_json::from_str(&skeleton).unwrap();
        for message in &messages {
            assert_eq!(fill(&skeleton, &mut values), *message);
        }
        assert_eq!(values.next(), None);
    }
}

#[test]
fn texts_that_are_not_json_never_give_a_valid_array_of_the_right_length() {
    let pieces = ["1", ",", "\"", "\\", "[", "]", "{", "}", ":", "\n", "\"a\"", " "];
    let good = r#"{"a":1}"#;
    let mut all = vec![String::new()];
    for _ in 0..4 {
        let longer: Vec<_> = (all
            .iter()
            .flat_map(|text| pieces.iter().map(move |piece| format!("{text}{piece}"))))
        .collect();
        all.extend(longer);
    }
    for inner in all {
        let text = format!("{{\"a\":{inner}}}");
        let mut shapes = Shapes::default();
        run(&mut shapes, &[good]);
        if let Some((values, _)) = run(&mut shapes, &[good, &text]) {
            let is_read = serde_json::from_str::<Vec<Value>>(&values).is_ok_and(|values| values.len() == 2);
            assert!(!is_read || serde_json::from_str::<Value>(&text).is_ok(), "{text}");
        }
    }
}

//! What JavaScript makes of a run, compared with what a json parser makes of its texts.

use super::*;

/// Puts values into the places of a skeleton: what JavaScript does.
fn fill(
    skeleton: &Value,
    values: &mut impl Iterator<Item = Value>,
    strings: &mut dyn Iterator<Item = Value>,
) -> Value {
    match skeleton {
        Value::Array(all) => all.iter().map(|one| fill(one, values, strings)).collect(),
        Value::Object(all) => {
            let mut filled = serde_json::Map::new();
            for (key, one) in all {
                filled.insert(key.clone(), fill(one, values, strings));
            }
            Value::Object(filled)
        }
        _ if *skeleton == json!(0) => values.next().unwrap_or(json!("missing")),
        _ => strings.next().unwrap(),
    }
}

fn has_values(skeleton: &Value) -> bool {
    match skeleton {
        Value::Array(all) => all.iter().any(has_values),
        Value::Object(all) => all.values().any(has_values),
        leaf => *leaf == json!(0),
    }
}

/// `None`: not as many values as its messages need, or no json.
fn read(found: &Shaped<'_>) -> Option<Vec<Value>> {
    let values: Vec<Value> = serde_json::from_slice(&found.values).ok()?;
    let skeletons: Vec<Value> = serde_json::from_slice(&found.shapes).unwrap();
    let (count, mut values) = (values.len(), values.into_iter());
    let text = |bytes: &&[u8]| json!(std::str::from_utf8(bytes).unwrap());
    let mut strings = found.strings.iter().map(text);
    let mut used = 0;
    let mut messages = Vec::new();
    for at in 0..found.count {
        let kind = found
            .kinds
            .as_ref()
            .map_or(1, |kinds| usize::from(kinds[at] - b'0'));
        let mut counted = values.by_ref().inspect(|_| used += 1);
        messages.push(match kind.checked_sub(1).map(|kind| &skeletons[kind]) {
            None => counted.next()?,
            Some(skeleton) => {
                if !has_values(skeleton) {
                    counted.next()?;
                }
                fill(skeleton, &mut counted, &mut strings)
            }
        });
    }
    (used == count && values.next().is_none() && strings.next().is_none()).then_some(messages)
}

fn random(state: &mut u64, below: usize) -> usize {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    usize::try_from(*state % below as u64).unwrap()
}

#[test]
fn values_put_into_their_shapes_give_what_the_texts_say() {
    let mut state = 0x9e37_79b9_7f4a_7c15_u64;
    let long = "long, ".repeat(LONG);
    let leaves = [
        json!(1),
        json!(-2.5),
        json!(1e300),
        json!(null),
        json!(true),
        json!(""),
        json!(long),
    ];
    let strings = [
        "\\",
        "\"",
        "a\\\"b",
        "{\"a\":[",
        "\u{2028}\u{1F600}\n\0",
        "x,\ny",
        &long,
    ];
    let mut runs = 0;
    for _ in 0..120 {
        let mut shapes = Shapes::default();
        let spread = 1 + random(&mut state, 5);
        for _ in 0..8 {
            let texts: Vec<_> = (0..24)
                .map(|_| {
                    let mut leaf = || leaves[random(&mut state, leaves.len())].clone();
                    let (one, other) = (leaf(), leaf());
                    let string = strings[random(&mut state, strings.len())];
                    match random(&mut state, spread) {
                        0 => json!({ "a": one, "b": string }),
                        1 => json!([one, [string, {}], { "k": [] }]),
                        2 => json!({ "": { "ä{": [one, string] }, "z": other }),
                        3 => json!([[[one]]]),
                        _ => one,
                    }
                    .to_string()
                })
                .collect();
            let texts: Vec<_> = texts.iter().map(String::as_str).collect();
            let Some(found) = run(&mut shapes, &texts) else {
                continue;
            };
            runs += 1;
            let expected: Vec<Value> = texts
                .iter()
                .map(|text| serde_json::from_str(text).unwrap())
                .collect();
            assert_eq!(read(&found), Some(expected));
        }
    }
    assert!(runs > 300, "{runs}");
}

#[test]
fn texts_that_are_not_json_never_give_a_valid_array_of_the_right_length() {
    let pieces = ["1", ",", "\"", "\\", "[", "]", "{", "}", ":", "\n", "\"a\"", " "];
    let mut all = vec![String::new()];
    for _ in 0..4 {
        let longer: Vec<_> = (all
            .iter()
            .flat_map(|text| pieces.iter().map(move |piece| format!("{text}{piece}"))))
        .collect();
        all.extend(longer);
    }
    let good = r#"{"a":1}"#;
    let known = knowing(&[good]);
    for inner in all {
        for text in [format!("{{\"a\":{inner}}}"), inner] {
            if !crate::brackets::balanced(text.as_bytes()) {
                continue; // goes alone
            }
            let mut shapes = Shapes {
                known: known.known.clone(),
                ..Shapes::default()
            };
            let texts = [good, &text, good];
            let found = run(&mut shapes, &texts).unwrap();
            if let Some(read) = read(&found) {
                assert_eq!(
                    serde_json::from_str::<Value>(&text).ok().as_ref(),
                    Some(&read[1]),
                    "{text}"
                );
            }
        }
    }
}

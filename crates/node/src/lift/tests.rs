use serde_json::{Value, json};

use super::*;

/// What JavaScript makes of the parts: the strings in their places.
fn joined(text: &[u8]) -> Option<Value> {
    let Some(lifted) = lift(text) else {
        return serde_json::from_slice(text).ok();
    };
    let mut root = json!([serde_json::from_slice::<Value>(&lifted.text).ok()?]);
    let paths: Vec<Vec<Value>> = serde_json::from_slice(&lifted.paths).expect("the paths are json");
    assert_eq!(paths.len(), lifted.strings.len());
    for (number, (path, place)) in paths.iter().zip(&lifted.strings).enumerate() {
        let found = path.iter().try_fold(&mut root[0], |holder, key| match key {
            Value::String(key) => holder.get_mut(key),
            key => holder.get_mut(usize::try_from(key.as_u64()?).ok()?),
        });
        let string = std::str::from_utf8(&text[place.clone()]).expect("the texts of the tests are UTF-8");
        match found {
            Some(found) if *found == json!(format!("forkwire:lifted:{number}")) => *found = json!(string),
            _ => {}
        }
    }
    Some(root[0].take())
}

fn long(letter: &str) -> String {
    letter.repeat(TEXT)
}

/// How many strings are taken out of a text, of which the parts must be the same value as the whole.
fn taken(text: &str) -> usize {
    assert_eq!(
        joined(text.as_bytes()),
        serde_json::from_str(text).ok(),
        "{text:.200}"
    );
    lift(text.as_bytes()).map_or(0, |lifted| lifted.strings.len())
}

#[test]
fn long_strings_are_taken_out_wherever_they_are() {
    let (a, b) = (long("a"), long("ü"));
    assert_eq!(taken(&json!(a).to_string()), 1);
    assert_eq!(taken(&json!({ "seq": 1, "text": a }).to_string()), 1);
    assert_eq!(
        taken(&json!([a, { "x": [1, "short", { "y": b }] }, null, b]).to_string()),
        3
    );
    assert_eq!(taken(&format!(" {{ \"k\" : [ 1.5e3 , \"{a}\" ] }} ")), 1);
}

#[test]
fn what_is_short_escaped_or_a_key_stays() {
    let a = long("a");
    assert_eq!(taken("[\"a\",\"b\"]"), 0);
    assert_eq!(taken(&json!(vec!["short"; 2000]).to_string()), 0);
    assert_eq!(taken(&json!({ "x": format!("{a}\"\\") }).to_string()), 0);
    assert_eq!(taken(&json!({ a.clone(): 1 }).to_string()), 0);
    assert_eq!(
        taken(&json!({ "a\"": a, "b": a }).to_string()),
        0,
        "an escaped key"
    );
    assert_eq!(taken(&json!({ "x": "\\\"]", "y": a }).to_string()), 1);
}

#[test]
fn a_key_that_is_there_twice_has_the_value_of_the_last_one() {
    let (a, b) = (long("a"), long("b"));
    for text in [
        format!("{{\"k\":\"{a}\",\"k\":1}}"),
        format!("{{\"k\":1,\"k\":\"{a}\"}}"),
        format!("{{\"k\":\"{a}\",\"k\":\"{b}\"}}"),
        format!("{{\"k\":{{\"x\":\"{a}\"}},\"k\":{{\"x\":\"{b}\"}}}}"),
        format!("{{\"k\":{{\"x\":\"{a}\"}},\"k\":null}}"),
        format!("{{\"k\":[[\"{a}\"]],\"k\":[]}}"),
    ] {
        assert!(taken(&text) > 0);
    }
}

#[test]
fn what_is_not_json_is_none_without_its_strings_either() {
    let a = long("a");
    for text in [
        format!("[\"{a}\""),
        format!("\"{a}\"\"{a}\""),
        format!("{{\"{a}\"}}"),
        format!("{{\"k\":\"{a}\"]"),
        format!("[\"{a}\" 1]"),
        format!("]\"{a}\""),
        format!("\"{a}"),
        format!("{{1:\"{a}\"}}"),
        format!("{{:\"{a}\"}}"),
        format!("[\"{a}\n\"]"),
        format!("[\"{a}\",\"\u{1}\"]"),
    ] {
        assert_eq!(
            taken(&text),
            lift(text.as_bytes()).map_or(0, |lifted| lifted.strings.len())
        );
        assert_eq!(joined(text.as_bytes()), None, "{text:.200}");
    }
}

#[test]
fn the_search_ends_early_in_a_text_of_small_values() {
    let text = json!([vec![1; STEPS], long("a")]).to_string();
    assert_eq!(taken(&text), 0);
    let text = json!([long("a"), vec![1; STEPS], long("a")]).to_string();
    assert_eq!(taken(&text), 1);
    let escapes = json!(["\n".repeat(2 * STEPS), long("a")]).to_string();
    assert_eq!(taken(&escapes), 0);
}

#[test]
fn deep_values_stay_where_they_are() {
    let at = |depth: usize| "[".repeat(depth) + "\"" + &long("a") + "\"" + &"]".repeat(depth);
    assert_eq!((taken(&at(DEPTH)), taken(&at(DEPTH + 1))), (1, 0));
}

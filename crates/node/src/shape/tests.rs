use serde_json::{Value, json};

use super::reader::{MOST_BYTES, MOST_VALUES};
use super::values::LONG;
use super::*;

mod oracle;

/// The shape of a text, if that is a whole message.
fn skeleton(text: &str) -> Option<String> {
    let pattern = Pattern::at_start(text.as_bytes()).filter(|pattern| pattern.is_of(text.as_bytes()))?;
    Some(String::from_utf8(pattern.skeleton()).unwrap())
}

/// Values, shapes and kinds.
type Texts = (String, String, Option<String>);

fn texts_of(found: &Shaped<'_>) -> Texts {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    let kinds = found.kinds.as_deref().map(text);
    (text(&found.values), text(&found.shapes), kinds)
}

fn run<'a>(shapes: &mut Shapes, texts: &'a [&str]) -> Option<Shaped<'a>> {
    let found = shapes.of_run(texts.iter().map(|text| text.as_bytes()), 0);
    assert!(found.as_ref().is_none_or(|found| found.count == texts.len()));
    found
}

/// Learns the shapes of some texts.
fn knowing(texts: &[&str]) -> Shapes {
    let mut shapes = Shapes::default();
    for text in texts {
        run(&mut shapes, &[*text; 16]);
        shapes.pause = 0;
    }
    shapes
}

#[test]
fn values_are_taken_out_of_texts_of_one_shape() {
    let texts = [
        r#"{"id":1,"op":"add","args":[1,-2.5e+3,"a,b"],"ok":true,"none":null,"o":{},"l":[]}"#,
        r#"{"id":22,"op":"\"","args":["x",false,"]}"],"ok":"","none":0,"o":{},"l":[]}"#,
    ];
    let mut shapes = Shapes::default();
    assert_eq!(
        run(&mut shapes, &texts.repeat(8)),
        None,
        "the first run shows the shape"
    );
    let values = r#"[1,"add",1,-2.5e+3,"a,b",true,null,22,"\"","x",false,"]}","",0]"#;
    let skeleton = r#"[{"id":0,"op":0,"args":[0,0,0],"ok":0,"none":0,"o":{},"l":[]}]"#;
    let found = run(&mut shapes, &texts).unwrap();
    assert_eq!(texts_of(&found), (values.into(), skeleton.into(), None));
}

#[test]
fn texts_of_several_shapes_and_of_none_are_in_one_run() {
    let (one, other) = (r#"{"a":1}"#, r#"{"b":["x",2]}"#);
    let mut shapes = knowing(&[one, other]);
    let texts = [one, other, "[]", one, r#"{"c":[1,{}]}"#, other];
    let found = run(&mut shapes, &texts).unwrap();
    let values = "[1,\"x\",2,[],\n1,{\"c\":[1,{}]},\n\"x\",2]";
    let skeletons = r#"[{"a":0},{"b":[0,0]}]"#;
    assert_eq!(
        texts_of(&found),
        (values.into(), skeletons.into(), Some("120102".into()))
    );
    assert_eq!(run(&mut shapes, &["[]", "{}", one]), None, "most have none");
}

#[test]
fn long_strings_without_escapes_are_beside_the_text() {
    let long = "é".repeat(LONG);
    let text = |text: &str| format!(r#"{{"n":1,"s":"{text}","t":"{long}"}}"#);
    let (one, escaped, control) = (
        text(&long),
        text(&format!("{long}\\n")),
        text(&format!("{long}\n")),
    );
    let mut shapes = knowing(&[&one[..]; 3]);
    let texts = [&one[..]; 2];
    let found = run(&mut shapes, &texts).unwrap();
    let skeleton = r#"[{"n":0,"s":1,"t":1}]"#;
    assert_eq!(texts_of(&found), ("[1,1]".into(), skeleton.into(), None));
    assert_eq!(found.strings, [long.as_bytes(); 4]);
    let texts = [&one[..], &escaped, &one, &control, &one];
    let found = run(&mut shapes, &texts).unwrap();
    assert_eq!(found.strings, [long.as_bytes(); 6]);
    assert_eq!(found.kinds.as_deref(), Some(&b"21212"[..]));
    assert!(found.values.ends_with(b",1]"));
}

#[test]
fn a_message_whose_values_are_all_beside_the_text_has_an_element() {
    let text = format!("[\"{}\"]", "x".repeat(LONG));
    let mut shapes = knowing(&[&text[..]; 3]);
    let texts = [&text[..]; 2];
    let found = run(&mut shapes, &texts).unwrap();
    assert_eq!(texts_of(&found), ("[0,0]".into(), "[[1]]".into(), None));
    assert_eq!(found.strings.len(), 2);
}

#[test]
fn strings_beside_the_text_are_few_enough_for_a_call() {
    let text = format!("[\"{}\",1]", "x".repeat(LONG));
    let mut shapes = knowing(&[&text[..]; 3]);
    let texts = vec![&text[..]; MOST_STRINGS + 20];
    let found = run(&mut shapes, &texts).unwrap();
    assert_eq!(found.strings.len(), MOST_STRINGS);
    let [.., last] = found.kinds.as_deref().unwrap() else {
        panic!("no kinds")
    };
    assert_eq!(*last, b'1');
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
        "{\"a\":1,\"a\":2}",
        "{\"a\nb\":1}",
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
fn runs_of_ever_new_shapes_are_tried_less_and_less() {
    let mut shapes = Shapes::default();
    let mut tries = 0;
    for n in 0..1000 {
        tries += u32::from(shapes.pause == 0);
        let texts: Vec<_> = (0..32).map(|at| format!("{{\"k{n}x{at}\":1}}")).collect();
        let texts: Vec<_> = texts.iter().map(String::as_str).collect();
        assert_eq!(run(&mut shapes, &texts), None);
    }
    assert!(tries < 16, "{tries}");
    let same = [r#"{"a":1}"#; 16];
    let found = (0..=1 << LONGEST_PAUSE).any(|_| run(&mut shapes, &same).is_some());
    assert!(found, "and again if they have one");
    assert!(run(&mut shapes, &same[..1]).is_some(), "from then on each time");
}

#[test]
fn more_shapes_than_can_be_known_take_the_place_of_those_that_do_not_come_any_more() {
    let text = |n: usize| format!("{{\"k{n}\":1}}");
    let mut shapes = Shapes::default();
    for n in 0..3 * MOST_SHAPES {
        let text = text(n);
        let texts = [&text[..]; 16];
        let tries = (0..8).position(|_| run(&mut shapes, &texts).is_some());
        assert!(tries.is_some(), "{n}");
        assert!(shapes.known.len() <= MOST_SHAPES);
    }
}

#[test]
fn an_array_of_messages_is_taken_apart_as_a_run_is() {
    let texts = [
        r#"{"a":1,"b":["x,]"]}"#,
        r#"{"a":-2,"b":[{}]}"#,
        r#"{"a":2,"b":[null]}"#,
    ];
    let same = [texts[0], texts[2]];
    let array = format!("[{}]", same.join(","));
    let mut shapes = Shapes::default();
    assert_eq!(shapes.of_array(array.as_bytes()), None, "this shows the shape");
    let found = shapes.of_array(array.as_bytes()).unwrap();
    assert_eq!(found.count, 2);
    assert_eq!(Some(found), run(&mut shapes, &same));
    for rest in ["", "]", ",", ",]", "] ", "]]", "}", ",["] {
        let mut shapes = knowing(&same[..1]);
        let text = format!("[{}{rest}", texts[0]);
        let found = shapes.of_array(text.as_bytes());
        assert_eq!(found.is_some(), rest == "]", "{text}");
    }
    let array = format!("[{}]", texts.join(","));
    assert_eq!(shapes.of_array(array.as_bytes()), None, "another shape");
    let found = shapes.of_array(array.as_bytes()).unwrap();
    assert_eq!(found.kinds.as_deref(), Some(&b"121"[..]));
    assert_eq!(shapes.of_array(b"[]"), None);
    assert_eq!(shapes.of_array(b""), None);
}

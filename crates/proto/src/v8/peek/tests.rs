use std::borrow::Cow;

use crate::v8::testing::{payload, versioned};
use crate::v8::{Document, peek_cmd};

const CMD: &str = "'\" 03 'cmd '\" 06 'NODE_X ";

#[test]
fn a_cmd_is_found_at_the_front_without_a_copy_and_whatever_follows() {
    let bytes = payload(&format!("'o {CMD} ff"));
    assert!(matches!(peek_cmd(&bytes), Some(Cow::Borrowed("NODE_X"))));
    Document::decode(&bytes).unwrap_err();
}

#[test]
fn a_cmd_is_found_after_values_of_every_kind() {
    for value in [
        "'_",
        "'I 8001",
        "'N 0000000000000000",
        "'Z 10 0102030405060708",
        "00 'c 02 ac20",
        "'D 0000000000000000",
        "'R '\" 01 'a 00",
        "'y",
        "'s '\" 01 'x",
        "'z 00",
        "'^ 00",
        "'B 02 0102",
        "'B 02 0102 'V 'B 00 02 00",
        "'\\ 00 0a 02 6162",
        "'\\ 01 'o '\" 03 'cmd '\" 01 'n '{ 01",
        "'A 03 '- 'B 01 00 'V 'B 00 01 00 'T '\" 03 'cmd 'T '$ 01 03",
        "'a 05 'I 00 'A 00 '$ 00 00 '@ 01 05",
        "'; 'T '; ': 00 ': 02",
        "'' 'T '' ', 00 ', 02",
        "'r '.",
        "'r 'T 'm '\" 01 'm 'c 'r 'c 'o '{ 00 '. 's '\" 02 'st '.",
    ] {
        let bytes = payload(&format!("'o '\" 01 'a {value} 'I 02 {value} {CMD} '{{ 03"));
        assert_eq!(peek_cmd(&bytes).as_deref(), Some("NODE_X"), "{value}");
    }
}

#[test]
fn a_cmd_is_found_in_every_form() {
    for (text, expected) in [
        ("'o '\" 03 'cmd 'c 04 ac202000 '{ 01", "€ "),
        ("'o '\" 03 'cmd '\" 01 e9 '{ 01", "é"),
        ("'o 'S 03 'cmd 'S 03 e282ac '{ 01", "€"),
        ("'o 00 'c 06 63006d006400 '\" 01 'x '{ 01", "x"),
        ("'o '\" 03 'cmd 'c 02 00d8 '{ 01", "\u{fffd}"),
        ("'\\ 01 'o '\" 03 'cmd '\" 01 'x '{ 01", "x"),
    ] {
        assert_eq!(peek_cmd(&payload(text)).as_deref(), Some(expected), "{text}");
    }
    // Views without flags before it, and such with them that say they have none.
    for flags in ["", "00"] {
        let text = format!("'o '\" 01 'a 'B 02 0102 'V 'B 00 02 {flags} {CMD} '{{ 02");
        assert_eq!(peek_cmd(&versioned(13, &text)).as_deref(), Some("NODE_X"));
    }
}

#[test]
fn there_is_no_cmd_where_node_sees_none() {
    for text in [
        "'\" 03 'cmd",
        "'o '{ 00",
        "'o '\" 03 'cmd 'T '{ 01",
        "'o '\" 03 'cmd 's '\" 01 'x '{ 01",
        "'o '\" 03 'CMD '\" 01 'x '{ 01",
        "'o '\" 01 'a 'o '\" 03 'cmd '\" 01 'x '{ 01 '{ 01",
        "'A 00 '\" 03 'cmd '\" 01 'x '$ 01 00",
        "'; '\" 03 'cmd '\" 01 'x ': 02",
        // Malformed before it.
        "'o '\" 01 'a '{ 00 '\" 03 'cmd '\" 01 'x '{ 01",
        "'o '\" 01 'a 'A 00 '{ 00 '\" 03 'cmd '\" 01 'x '{ 01",
        "'o '\" 01 'a '\" ffffffff0f '\" 03 'cmd '\" 01 'x '{ 01",
        "'o 'T 'T '\" 03 'cmd '\" 01 'x '{ 01",
        "'o '\" 03 'cmd '\" 09 'x",
        "",
    ] {
        assert_eq!(peek_cmd(&payload(text)), None, "{text}");
    }
    assert_eq!(peek_cmd(&[]), None);
    let deep = payload(&format!("'o '\" 01 'a {} 'T", "'A 01 ".repeat(100_000)));
    assert_eq!(peek_cmd(&deep), None);
}

//! The `node` of PATH reads what this codec writes, over a real channel with serialization 'advanced', and writes it
//! back.
#![cfg(unix)]
#![allow(clippy::unwrap_used, reason = "a helper that fails is a test that fails")]

mod v8_expected;

use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::os::fd::OwnedFd;
use std::os::unix::net::UnixStream;
use std::process::{Child, Command, Stdio};

use forkwire_proto::v8::{Array, Document, Object, Value, to_bytes};
use serde::{Serialize, Serializer};

/// A message for Node, and a JavaScript function that checks whether it arrived as meant.
struct Message {
    name: String,
    payload: Vec<u8>,
    predicate: &'static str,
    /// What comes back, if that is the same.
    back: Option<Document>,
}

impl Message {
    fn new(name: &str, document: Document, predicate: &'static str) -> Self {
        let (name, payload) = (name.to_owned(), document.encode().unwrap());
        let back = Some(document);
        Self {
            name,
            payload,
            predicate,
            back,
        }
    }
}

fn node() -> Command {
    Command::new("node")
}

fn major() -> u32 {
    let output = node().args(["-p", "process.versions.node"]).output().unwrap();
    let version = String::from_utf8(output.stdout).unwrap();
    version.split('.').next().unwrap().parse().unwrap()
}

/// A child whose channel is its standard input: to Node one descriptor is as good as another.
fn echo(predicates: &[&str]) -> (Child, UnixStream) {
    let (ours, theirs) = UnixStream::pair().unwrap();
    let child = node()
        .arg(concat!(env!("CARGO_MANIFEST_DIR"), "/tests/fixtures/v8/echo.cjs"))
        .args(predicates)
        .env("NODE_CHANNEL_FD", "0")
        .env("NODE_CHANNEL_SERIALIZATION_MODE", "advanced")
        .stdin(Stdio::from(OwnedFd::from(theirs)))
        .spawn()
        .unwrap();
    (child, ours)
}

fn receive(stream: &mut UnixStream) -> Document {
    let mut len = [0; 4];
    stream.read_exact(&mut len).unwrap();
    let mut payload = vec![0; u32::from_be_bytes(len) as usize];
    stream.read_exact(&mut payload).unwrap();
    Document::decode(&payload).unwrap()
}

/// Sends all, and compares the verdicts and what comes back.
fn exchange(messages: &[Message]) {
    let predicates: Vec<_> = messages.iter().map(|message| message.predicate).collect();
    let (mut child, mut stream) = echo(&predicates);
    let mut sending = stream.try_clone().unwrap();
    std::thread::scope(|scope| {
        scope.spawn(move || {
            for message in messages {
                let len = u32::try_from(message.payload.len()).unwrap().to_be_bytes();
                sending.write_all(&len).unwrap();
                sending.write_all(&message.payload).unwrap();
            }
        });
        for message in messages {
            let verdict = receive(&mut stream);
            assert_eq!(verdict.cursor().as_str(), Some("ok"), "{}", message.name);
            let back = receive(&mut stream);
            if let Some(expected) = &message.back {
                assert_eq!(&back, expected, "{}", message.name);
            }
        }
    });
    drop(stream);
    assert!(child.wait().unwrap().success());
}

/// What the recorded cases must be to JavaScript. A case that is not here need only come back as it was.
const PREDICATES: [(&str, &str); 24] = [
    ("oddballs", "(m, same) => same(m, [undefined, null, true, false])"),
    (
        "integers",
        "(m, same) => same(m, [0, 1, -1, 63, 64, -64, -65, 2147483647, -2147483648])",
    ),
    (
        "doubles",
        "(m, same) => same(m, ['', 1.5, -0, NaN, -Infinity, 2147483648, 4294967295, 5e-324, 1e300])",
    ),
    (
        "bigints",
        "(m, same) => same(m, [0n, 1n, -1n, 2n**63n, 2n**64n - 1n, -(2n**64n), 2n**200n])",
    ),
    (
        "latin1",
        "(m, same) => same(m, ['', 'plain', 'éÿ\\0', 'x'.repeat(300)])",
    ),
    (
        "two-byte",
        "(m, same) => same(m, ['€', 'a€', 'b', '€', '😀', '€'.repeat(100)])",
    ),
    (
        "surrogates",
        "(m, same) => same(m, ['\\ud800', 'a\\udc00b', { '\\ud83d': 1 }])",
    ),
    (
        "index-keys",
        "(m, same) => same(m, { 7: 7, 3000000000: 3, 4294967294: 4, 4294967295: 5, '-1': 6, '07': 8, b: 9 })",
    ),
    ("holes", "(m, same) => same(m, [[1, , 3], new Array(5), [, 'x']])"),
    (
        "sparse",
        "(m) => m.length === 4294967295 && m.at(-1) === 'end' && Object.keys(m).length === 1",
    ),
    (
        "array-properties",
        "([a, b], same) => a.name === 'x' && a.length === 2 && b['-1'] === 0 && !(1 in b)",
    ),
    (
        "dates",
        "(m, same) => m.every((d) => d instanceof Date) && same(m.map(Number), [0, 1.7e12, -1, NaN])",
    ),
    (
        "regexps",
        "(m) => m.join(' ') === '/a+/gi /€/u /x/dgimsuy /[a--b]/v /(?:)/' && m[0].test('xA')",
    ),
    (
        "maps",
        "(m, same) => same(m[1], new Map([[1, 'one'], ['k', { a: 1 }], [undefined, null], [NaN, -0]]))",
    ),
    (
        "sets",
        "(m, same) => same(m, [new Set(), new Set([1, 'two', null, new Set([3])])])",
    ),
    (
        "wrappers",
        "(m, same) => same(m, [true, false, -0, 's€', -5n].map(Object))",
    ),
    (
        "shared",
        "(m) => m.first === m.second && m.equal !== m.first && m.buffers[0] === m.buffers[1]",
    ),
    (
        "circular",
        "(m) => m.self === m && m.list[1] === m.list && m.map.get(m) === m.map && m.set.has(m.set)",
    ),
    (
        "views",
        "(m) => m.map((v) => v.constructor.name + [...new Uint8Array(v.buffer, v.byteOffset, v.byteLength)]).join() \
         === 'Int8Array255,2,Uint8Array1,255,Uint8ClampedArray3,Int16Array254,255,Uint16Array255,255,\
         Int32Array253,255,255,255,Uint32Array255,255,255,255,Float32Array0,0,192,63,\
         Float64Array0,0,0,0,0,0,0,128,0,0,0,0,0,0,4,64,DataView2,3,Buffer98,117,102,102,101,114,\
         BigInt64Array255,255,255,255,255,255,255,255,BigUint64Array0,0,0,0,0,0,0,128'",
    ),
    (
        "resizable",
        "([a, b]) => a.resizable && a.byteLength === 2 && a.maxByteLength === 5 && b.resizable",
    ),
    (
        "errors",
        "(m) => m.every((e) => e.message === 'why' && e.stack === 'at test') && m.map((e) => e.name).join() \
         === 'Error,EvalError,RangeError,ReferenceError,SyntaxError,TypeError,URIError' \
         && m[5] instanceof TypeError",
    ),
    (
        "error-causes",
        "([a, u]) => a.cause.cause.c === 1 && a.cause.name === 'TypeError' && 'cause' in u",
    ),
    (
        "raw-shared",
        "([a, b, c, d]) => a === c && a.buffer === d && b.buffer === d && a[1] === 3 && b[1] === 0x403",
    ),
    (
        "raw-resizable",
        "([a, b, c]) => { b.buffer.resize(9); c.buffer.resize(8); \
         return a.length === 2 && b.byteLength === 8 && c.length === 4; }",
    ),
];

#[test]
fn node_reads_every_document_as_meant_and_writes_it_back() {
    let major = major();
    let predicates = BTreeMap::from(PREDICATES);
    let index = include_str!("fixtures/v8/index.tsv");
    let mut messages = Vec::new();
    for line in index.lines().skip(1) {
        let row: Vec<_> = line.split('\t').collect();
        let (case, since) = (row[0], row[1].parse::<u32>().unwrap());
        // Node 20 cannot read an error that is its own cause where later ones want the cause.
        if since > major || (major == 20 && case == "error-self") {
            continue;
        }
        let predicate = predicates.get(case).copied().unwrap_or("() => true");
        let mut message = Message::new(case, v8_expected::document(case).unwrap(), predicate);
        // What comes back of a view over a buffer has bytes of its own.
        message.back = message.back.filter(|_| !case.starts_with("raw-"));
        messages.push(message);
    }
    exchange(&messages);
}

/// What V8 reads but never writes, as far as this codec writes it.
#[test]
fn node_reads_the_forms_that_it_does_not_write() {
    let mut document = Document::new();
    let mut sparse = Array::with_len(4);
    sparse.set(1, "x");
    sparse.set(3, "y");
    let sparse = document.insert(sparse);
    let list = document.insert(Object::array([Value::from(u32::MAX), sparse.into()]));
    document.set_root(list);
    // Read once, few holes are held, and written, as holes of a dense array.
    let document = Document::decode(&document.encode().unwrap()).unwrap();
    let dense = Message::new(
        "dense holes",
        document,
        "(m, same) => same(m, [4294967295, [, 'x', , 'y']])",
    );
    exchange(&[dense]);
}

#[derive(Serialize)]
struct Order {
    id: u64,
    big: i64,
    #[serde(serialize_with = "of_unknown_length")]
    lengths: [u16; 3],
    name: &'static str,
    none: Option<u8>,
    counts: BTreeMap<u8, char>,
    tags: BTreeMap<&'static str, f32>,
    kind: Kind,
}

#[derive(Serialize)]
enum Kind {
    Wide { symbol: &'static str },
}

/// A sequence that does not say how long it is.
fn of_unknown_length<S: Serializer>(numbers: &[u16], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(numbers.iter().filter(|number| **number < 300))
}

#[test]
fn node_reads_rust_values() {
    let order = Order {
        id: 1 << 40,
        big: i64::MIN,
        lengths: [0, 100, 200],
        name: "é",
        none: None,
        counts: BTreeMap::from([(1, 'a'), (2, '€')]),
        tags: BTreeMap::from([("x", 0.5)]),
        kind: Kind::Wide { symbol: "€" },
    };
    let predicate = "(m, same) => same(m, { id: 2 ** 40, big: -(2n ** 63n), lengths: [0, 100, 200], name: 'é', \
         none: null, counts: new Map([[1, 'a'], [2, '€']]), tags: { x: 0.5 }, kind: { Wide: { symbol: '€' } } })";
    let payload = to_bytes(&order).unwrap();
    let back = Some(Document::decode(&payload).unwrap());
    let name = "order".to_owned();
    exchange(&[Message {
        name,
        payload,
        predicate,
        back,
    }]);
}

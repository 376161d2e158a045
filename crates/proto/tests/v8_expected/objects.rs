//! Objects, buffers and views excepted.

use forkwire_proto::v8::{
    Array, ArrayBuffer, BigInt, Document, ErrorKind, JsError, Object, RegExpFlags, Value,
};

use super::{list, object, objects_of};

pub(super) fn value(case: &str, d: &mut Document) -> Option<Value> {
    Some(match case {
        "object" => {
            let e = object!(d);
            let c = object!(d, "d" => Value::Null, "e" => e);
            object!(d, "a" => 1, "b" => "two", "c" => c)
        }
        "instance" => object!(d, "x" => 1),
        "null-prototype" => object!(d, "a" => 1),
        "dates" => objects_of(d, [0.0, 1.7e12, -1.0, f64::NAN].map(Object::Date)),
        "regexps" => {
            let all = [
                ("a+", "gi"),
                ("€", "u"),
                ("x", "dgimsuy"),
                ("[a--b]", "v"),
                ("(?:)", ""),
            ];
            objects_of(
                d,
                all.map(|(source, flags)| Object::reg_exp(source, RegExpFlags::new(flags).unwrap())),
            )
        }
        "maps" => {
            let part = object!(d, "a" => 1);
            let entries: [(Value, Value); 4] = [
                (1.into(), "one".into()),
                ("k".into(), part),
                (Value::Undefined, Value::Null),
                (f64::NAN.into(), (-0.0).into()),
            ];
            let maps = [Object::Map(Vec::new()), Object::map(entries)];
            objects_of(d, maps)
        }
        "sets" => {
            let inner = d.insert(Object::set([3]));
            let values: [Value; 4] = [1.into(), "two".into(), Value::Null, inner.into()];
            objects_of(d, [Object::Set(Vec::new()), Object::set(values)])
        }
        "wrappers" => objects_of(
            d,
            [
                Object::Boolean(true),
                Object::Boolean(false),
                Object::Number(-0.0),
                Object::String("s€".into()),
                Object::BigInt(BigInt::from(-5_i64)),
            ],
        ),
        "shared" => {
            let part = object!(d, "n" => 1);
            let equal = object!(d, "n" => 1);
            let buffer = d.insert(Object::buffer(*b"b"));
            let buffers = list!(d, buffer, buffer);
            object!(d, "first" => part.clone(), "second" => part, "equal" => equal, "buffers" => buffers)
        }
        "circular" => circular(d),
        "host" => {
            let a = object!(d, "b" => 1);
            let host = object!(d, "a" => a);
            let other = object!(d);
            list!(d, host.clone(), other, host)
        }
        "internal" => {
            let data = list!(d, 1);
            object!(d, "cmd" => "NODE_TEST", "data" => data)
        }
        "internal-late" => late(d),
        "internal-wide" => object!(d, "cmd" => "NODE_WIDE_ENOUGH"),
        _ => return arrays(case, d).or_else(|| errors(case, d)),
    })
}

fn arrays(case: &str, d: &mut Document) -> Option<Value> {
    Some(match case {
        "arrays" => {
            let three = list!(d, "three");
            let two = list!(d, 2, three);
            let one = list!(d, 1, two);
            let empty = list!(d);
            list!(d, empty, one)
        }
        "holes" => {
            let mut late = Array::with_len(2);
            late.set(1, "x");
            objects_of(d, [one_three(), Array::with_len(5), late])
        }
        "sparse" => {
            let mut array = Array::new();
            array.set(u32::MAX - 1, "end");
            d.insert(array).into()
        }
        "array-properties" => {
            let mut dense = Array::from(vec![1, 2]);
            dense.properties_mut().push(("name".into(), "x".into()));
            let mut holey = one_three();
            holey.properties_mut().push(("-1".into(), 0.into()));
            objects_of(d, [dense, holey])
        }
        "nested" => (1..500).fold(list!(d), |inner, _| list!(d, inner)),
        _ => return None,
    })
}

/// `[1, , 3]`
fn one_three() -> Array {
    let mut array = Array::from(vec![1]);
    array.set(2, 3);
    array
}

fn circular(d: &mut Document) -> Value {
    let [object, list, map, set] = [(); 4].map(|()| d.insert(Object::Boolean(false)));
    *d.get_mut(list).unwrap() = Object::array([object, list]);
    *d.get_mut(map).unwrap() = Object::map([(object, map)]);
    *d.get_mut(set).unwrap() = Object::set([set]);
    *d.get_mut(object).unwrap() =
        Object::plain([("list", list), ("map", map), ("set", set), ("self", object)]);
    object.into()
}

fn late(d: &mut Document) -> Value {
    let one = list!(d, 1);
    let error = d.insert(caused(ErrorKind::Error, "x", one));
    let set = d.insert(Object::set([1]));
    let b = d.insert(Object::map([(set, error)]));
    let part = object!(d, "b" => b);
    let mut list = one_three();
    list.set(2, part);
    let (list, buffer) = (d.insert(list), d.insert(ArrayBuffer::resizable([0], 2)));
    let (c, e) = (
        d.insert(Object::buffer(*b"d")),
        d.insert(Object::reg_exp("f", RegExpFlags::default())),
    );
    object!(d, "5" => buffer, "a" => list, "c" => c, "e" => e, "€" => "€", "cmd" => "NODE_LATE")
}

fn errors(case: &str, d: &mut Document) -> Option<Value> {
    use ErrorKind::{Error, EvalError, RangeError, ReferenceError, SyntaxError, TypeError, UriError};
    Some(match case {
        "errors" => {
            let kinds = [
                Error,
                EvalError,
                RangeError,
                ReferenceError,
                SyntaxError,
                TypeError,
                UriError,
            ];
            objects_of(d, kinds.map(|kind| with_stack(kind, "why")))
        }
        "error-parts" => {
            let mut bare = with_stack(Error, "");
            bare.message = None;
            let no_stack = JsError::new(Error, "no stack");
            let named = with_stack(RangeError, "named");
            objects_of(
                d,
                [
                    bare,
                    no_stack,
                    with_stack(Error, ""),
                    named,
                    with_stack(Error, "many"),
                ],
            )
        }
        "error-causes" => {
            let c = object!(d, "c" => 1);
            let b = d.insert(caused(TypeError, "b", c));
            let causes = [caused(Error, "a", b), caused(Error, "u", Value::Undefined)];
            objects_of(d, causes)
        }
        "error-self" => {
            let error = d.insert(Object::Boolean(false));
            *d.get_mut(error).unwrap() = caused(Error, "self", error).into();
            list!(d, error)
        }
        _ => return None,
    })
}

fn with_stack(kind: ErrorKind, message: &str) -> JsError {
    let mut error = JsError::new(kind, message);
    error.stack = Some("at test".into());
    error
}

fn caused(kind: ErrorKind, message: &str, cause: impl Into<Value>) -> JsError {
    let mut error = with_stack(kind, message);
    error.cause = Some(cause.into());
    error
}

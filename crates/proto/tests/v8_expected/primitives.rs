//! Values that are not objects.

use forkwire_proto::v8::{BigInt, Document, JsString, Value};

use super::{list, object};

pub(super) fn value(case: &str, d: &mut Document) -> Option<Value> {
    Some(match case {
        "root-null" => Value::Null,
        "root-true" => true.into(),
        "root-number" => 42.into(),
        "root-string" => "text".into(),
        "oddballs" => list!(d, Value::Undefined, Value::Null, true, false),
        "integers" => list!(d, 0, 1, -1, 63, 64, -64, -65, i32::MAX, i32::MIN),
        "doubles" => {
            list!(
                d,
                "",
                1.5,
                -0.0,
                f64::NAN,
                f64::NEG_INFINITY,
                2_147_483_648.0,
                u32::MAX,
                5e-324,
                1e300
            )
        }
        "double-array" => list!(d, 1.5, 2, 3),
        "bigints" => {
            let two_to_200 = [[0; 25].as_slice(), &[1]].concat();
            list!(
                d,
                BigInt::from(0_i64),
                BigInt::from(1_i64),
                BigInt::from(-1_i64),
                BigInt::from(1_u64 << 63),
                BigInt::from(u64::MAX),
                BigInt::from(-(1_i128 << 64)),
                BigInt::new(false, &two_to_200),
            )
        }
        "latin1" => list!(d, "", "plain", "éÿ\0", "x".repeat(300)),
        "two-byte" => list!(d, "€", "a€", "b", "€", "😀", "€".repeat(100)),
        "two-byte-keys" => object!(d, "€" => 1, "a" => "€", "é" => 2, "€€" => 3),
        "surrogates" => {
            let keyed = object!(d, JsString::from_utf16(&[0xd83d]) => 1);
            let late = JsString::from_utf16(&[0x61, 0xdc00, 0x62]);
            list!(d, JsString::from_utf16(&[0xd800]), late, keyed)
        }
        // JavaScript puts indices first.
        "index-keys" => object!(
            d, "7" => 7, "3000000000" => 3, "4294967294" => 4, "4294967295" => 5, "-1" => 6, "07" => 8, "b" => 9,
        ),
        _ => return None,
    })
}

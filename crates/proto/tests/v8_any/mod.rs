//! A type that takes whatever serde has to give, and how much that was.

use std::fmt;

use serde::Deserialize;
use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};

/// The number of values in a value.
#[derive(Debug, PartialEq)]
pub(crate) struct Any(pub(crate) usize);

impl<'de> Deserialize<'de> for Any {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(Count)
    }
}

struct Count;

macro_rules! leaves {
    ($($method:ident($type:ty))*) => {
        $(fn $method<E>(self, _: $type) -> Result<Any, E> {
            Ok(Any(1))
        })*
    };
}

impl<'de> Visitor<'de> for Count {
    type Value = Any;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    leaves! {
        visit_bool(bool) visit_i64(i64) visit_u64(u64) visit_i128(i128) visit_u128(u128) visit_f64(f64)
        visit_str(&str) visit_bytes(&[u8])
    }

    fn visit_unit<E>(self) -> Result<Any, E> {
        Ok(Any(1))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut access: A) -> Result<Any, A::Error> {
        let mut count = 1;
        while let Some(element) = access.next_element::<Any>()? {
            count += element.0;
        }
        Ok(Any(count))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut access: A) -> Result<Any, A::Error> {
        let mut count = 1;
        while let Some((key, value)) = access.next_entry::<Any, Any>()? {
            count += key.0 + value.0;
        }
        Ok(Any(count))
    }
}

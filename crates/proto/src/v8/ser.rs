//! Rust values to payloads, by serde: written straight into the payload.

mod compound;
#[cfg(test)]
mod tests;

use serde::ser::{self, Serialize};

use crate::v8::output::Output;
use crate::v8::ser::compound::{Entries, Fields, List};
use crate::v8::{BigInt, EncodeError, Value, ViewKind, tag};

/// Most levels of values inside of values: each takes the thread's stack, about a kilobyte without optimisation.
const MAX_DEPTH: usize = 1_000;

/// The payload of a Rust value, version 15 of V8's structured clone format.
///
/// | Rust, as serde sees it | JavaScript |
/// |---|---|
/// | `bool`, integers up to 2^53 - 1 on either side of zero, floats | boolean, number |
/// | larger integers | `BigInt` |
/// | `char`, strings | string |
/// | bytes (`serialize_bytes`, as `serde_bytes` calls it) | `Buffer` |
/// | `None`, unit, unit structs | `null` |
/// | sequences, tuples, tuple structs | array |
/// | structs, maps whose keys are strings or which are empty | object |
/// | other maps | `Map` |
/// | `Some`, newtype structs | what is inside |
/// | enum variants | `"Name"`, `{ Name: value }`, `{ Name: [...] }`, `{ Name: { ... } }` |
///
/// # Errors
/// [`EncodeError::TooDeep`] beyond 1,000 levels, [`EncodeError::TooLarge`], [`EncodeError::MixedKeys`], and
/// [`EncodeError::Custom`] for what the type's own `Serialize` says.
pub fn to_bytes<T: Serialize + ?Sized>(value: &T) -> Result<Vec<u8>, EncodeError> {
    let mut payload = Vec::new();
    append(value, &mut payload)?;
    Ok(payload)
}

/// Appends the payload of a Rust value to `out`, as [`to_bytes`] makes it. After an error, `out` is as it was.
pub fn append<T: Serialize + ?Sized>(value: &T, out: &mut Vec<u8>) -> Result<(), EncodeError> {
    let mut out = Output::new(out);
    let result = value.serialize(Serializer {
        out: &mut out,
        depth: 0,
    });
    if result.is_err() {
        out.discard();
    }
    result
}

/// Writes one value.
struct Serializer<'a, 'out> {
    out: &'a mut Output<'out>,
    /// How many values it is in.
    depth: usize,
}

impl<'a, 'out> Serializer<'a, 'out> {
    fn deeper(&self) -> Result<usize, EncodeError> {
        if self.depth >= MAX_DEPTH {
            return Err(EncodeError::TooDeep { max: MAX_DEPTH });
        }
        Ok(self.depth + 1)
    }

    fn integer(self, value: i128) -> Result<(), EncodeError> {
        match Value::integer(value) {
            Value::Number(number) => {
                self.out.number(number);
                Ok(())
            }
            _ => self.big_int(&value.into()),
        }
    }

    fn big_int(self, value: &BigInt) -> Result<(), EncodeError> {
        self.out.tag(tag::BIG_INT);
        self.out.digits(value)
    }

    /// The object `{ variant: … }` up to its value.
    fn variant(self, variant: &str) -> Result<Self, EncodeError> {
        let depth = self.deeper()?;
        self.out.tag(tag::OBJECT);
        self.out.str(variant)?;
        Ok(Self { out: self.out, depth })
    }

    fn list(self, len: Option<usize>, end: compound::Ends) -> Result<List<'a, 'out>, EncodeError> {
        let depth = self.deeper()?;
        List::begin(self.out, depth, len, end)
    }

    fn fields(self, end: compound::Ends) -> Result<Fields<'a, 'out>, EncodeError> {
        let depth = self.deeper()?;
        Ok(Fields::begin(self.out, depth, end))
    }
}

/// The end of `{ variant: … }`.
fn end_variant(out: &mut Output<'_>) {
    out.tag(tag::END_OBJECT);
    out.varint(1);
}

macro_rules! integers {
    ($($method:ident($type:ty))*) => {
        $(fn $method(self, value: $type) -> Result<(), EncodeError> {
            self.integer(value.into())
        })*
    };
}

impl<'a, 'out> ser::Serializer for Serializer<'a, 'out> {
    type Ok = ();
    type Error = EncodeError;
    type SerializeSeq = List<'a, 'out>;
    type SerializeTuple = List<'a, 'out>;
    type SerializeTupleStruct = List<'a, 'out>;
    type SerializeTupleVariant = List<'a, 'out>;
    type SerializeMap = Entries<'a, 'out>;
    type SerializeStruct = Fields<'a, 'out>;
    type SerializeStructVariant = Fields<'a, 'out>;

    integers! {
        serialize_i8(i8) serialize_i16(i16) serialize_i32(i32) serialize_i64(i64) serialize_i128(i128)
        serialize_u8(u8) serialize_u16(u16) serialize_u32(u32) serialize_u64(u64)
    }

    fn serialize_u128(self, value: u128) -> Result<(), EncodeError> {
        match i128::try_from(value) {
            Ok(value) => self.integer(value),
            Err(_) => self.big_int(&value.into()),
        }
    }

    fn serialize_bool(self, value: bool) -> Result<(), EncodeError> {
        self.out.tag(if value { tag::TRUE } else { tag::FALSE });
        Ok(())
    }

    fn serialize_f32(self, value: f32) -> Result<(), EncodeError> {
        self.serialize_f64(value.into())
    }

    fn serialize_f64(self, value: f64) -> Result<(), EncodeError> {
        self.out.number(value);
        Ok(())
    }

    fn serialize_char(self, value: char) -> Result<(), EncodeError> {
        self.out.str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<(), EncodeError> {
        self.out.str(value)
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), EncodeError> {
        self.out.view(ViewKind::Buffer, value)
    }

    fn serialize_none(self) -> Result<(), EncodeError> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), EncodeError> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), EncodeError> {
        self.out.tag(tag::NULL);
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), EncodeError> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
    ) -> Result<(), EncodeError> {
        self.out.str(variant)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        value: &T,
    ) -> Result<(), EncodeError> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), EncodeError> {
        let Self { out, depth } = self.variant(variant)?;
        value.serialize(Serializer {
            out: &mut *out,
            depth,
        })?;
        end_variant(out);
        Ok(())
    }

    fn serialize_seq(self, len: Option<usize>) -> Result<List<'a, 'out>, EncodeError> {
        self.list(len, compound::Ends::One)
    }

    fn serialize_tuple(self, len: usize) -> Result<List<'a, 'out>, EncodeError> {
        self.list(Some(len), compound::Ends::One)
    }

    fn serialize_tuple_struct(self, _: &'static str, len: usize) -> Result<List<'a, 'out>, EncodeError> {
        self.list(Some(len), compound::Ends::One)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        len: usize,
    ) -> Result<List<'a, 'out>, EncodeError> {
        self.variant(variant)?
            .list(Some(len), compound::Ends::WithVariant)
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Entries<'a, 'out>, EncodeError> {
        let depth = self.deeper()?;
        Ok(Entries::begin(self.out, depth))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Fields<'a, 'out>, EncodeError> {
        self.fields(compound::Ends::One)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Fields<'a, 'out>, EncodeError> {
        self.variant(variant)?.fields(compound::Ends::WithVariant)
    }

    fn is_human_readable(&self) -> bool {
        // As in JSON: an address is a string to a JavaScript program, not four numbers.
        true
    }
}

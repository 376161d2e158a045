//! What is written piece by piece: lists, maps, structs.

use serde::ser::{self, Serialize};

use crate::v8::output::Output;
use crate::v8::ser::{Serializer, end_variant};
use crate::v8::{EncodeError, tag, varint};

/// What ends with a value: itself, or the object around it too that names the variant of an enum.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Ends {
    One,
    WithVariant,
}

/// A dense array.
pub(super) struct List<'a, 'out> {
    out: &'a mut Output<'out>,
    depth: usize,
    /// Where the length stands, if it was not known at first.
    gap: Option<usize>,
    announced: usize,
    count: usize,
    ends: Ends,
}

impl<'a, 'out> List<'a, 'out> {
    pub(super) fn begin(
        out: &'a mut Output<'out>,
        depth: usize,
        len: Option<usize>,
        ends: Ends,
    ) -> Result<Self, EncodeError> {
        out.tag(tag::DENSE_ARRAY);
        let gap = len.is_none().then(|| out.end());
        match len {
            Some(len) => out.len(len)?,
            None => out.raw(&varint::padded(0)),
        }
        Ok(Self {
            out,
            depth,
            gap,
            announced: len.unwrap_or_default(),
            count: 0,
            ends,
        })
    }

    fn element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        self.count += 1;
        let (out, depth) = (&mut *self.out, self.depth);
        value.serialize(Serializer { out, depth })
    }

    fn finish(self) -> Result<(), EncodeError> {
        let Self {
            out,
            count,
            announced,
            ..
        } = self;
        if let Some(gap) = self.gap {
            let len = u32::try_from(count).map_err(|_| EncodeError::TooLarge { len: count as u64 })?;
            out.patch(gap, &varint::padded(len));
        } else if count != announced {
            return Err(EncodeError::Custom {
                message: format!("a sequence announced {announced} elements and gave {count}"),
            });
        }
        out.tag(tag::END_DENSE_ARRAY);
        out.varint(0);
        out.len(count)?;
        if self.ends == Ends::WithVariant {
            end_variant(out);
        }
        Ok(())
    }
}

/// An object with the fields of a struct.
pub(super) struct Fields<'a, 'out> {
    out: &'a mut Output<'out>,
    depth: usize,
    count: u32,
    ends: Ends,
}

impl<'a, 'out> Fields<'a, 'out> {
    pub(super) fn begin(out: &'a mut Output<'out>, depth: usize, ends: Ends) -> Self {
        out.tag(tag::OBJECT);
        let count = 0;
        Self {
            out,
            depth,
            count,
            ends,
        }
    }

    fn field<T: Serialize + ?Sized>(&mut self, key: &str, value: &T) -> Result<(), EncodeError> {
        self.count += 1;
        self.out.str(key)?;
        let (out, depth) = (&mut *self.out, self.depth);
        value.serialize(Serializer { out, depth })
    }

    fn finish(self) {
        self.out.tag(tag::END_OBJECT);
        self.out.varint(self.count);
        if self.ends == Ends::WithVariant {
            end_variant(self.out);
        }
    }
}

/// A map: an object if its keys are strings, a `Map` if not. The first key decides, and the tag before it is made to
/// fit then: both have the same size.
pub(super) struct Entries<'a, 'out> {
    out: &'a mut Output<'out>,
    depth: usize,
    begin: usize,
    is_map: bool,
    count: usize,
}

impl<'a, 'out> Entries<'a, 'out> {
    pub(super) fn begin(out: &'a mut Output<'out>, depth: usize) -> Self {
        let begin = out.end();
        out.tag(tag::OBJECT);
        Self {
            out,
            depth,
            begin,
            is_map: false,
            count: 0,
        }
    }
}

impl ser::SerializeMap for Entries<'_, '_> {
    type Ok = ();
    type Error = EncodeError;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), EncodeError> {
        let at = self.out.end();
        let (out, depth) = (&mut *self.out, self.depth);
        key.serialize(Serializer { out, depth })?;
        let is_string = matches!(
            self.out.tag_at(at),
            Some(tag::ONE_BYTE_STRING | tag::TWO_BYTE_STRING)
        );
        if !is_string && !self.is_map {
            if self.count > 0 {
                return Err(EncodeError::MixedKeys);
            }
            self.is_map = true;
            self.out.patch(self.begin, &[tag::MAP]);
        }
        self.count += 1;
        Ok(())
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        let (out, depth) = (&mut *self.out, self.depth);
        value.serialize(Serializer { out, depth })
    }

    fn end(self) -> Result<(), EncodeError> {
        if self.is_map {
            self.out.tag(tag::END_MAP);
            self.out.len(2 * self.count)
        } else {
            self.out.tag(tag::END_OBJECT);
            self.out.len(self.count)
        }
    }
}

impl ser::SerializeSeq for List<'_, '_> {
    type Ok = ();
    type Error = EncodeError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        self.element(value)
    }

    fn end(self) -> Result<(), EncodeError> {
        self.finish()
    }
}

impl ser::SerializeTuple for List<'_, '_> {
    type Ok = ();
    type Error = EncodeError;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        self.element(value)
    }

    fn end(self) -> Result<(), EncodeError> {
        self.finish()
    }
}

impl ser::SerializeTupleStruct for List<'_, '_> {
    type Ok = ();
    type Error = EncodeError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        self.element(value)
    }

    fn end(self) -> Result<(), EncodeError> {
        self.finish()
    }
}

impl ser::SerializeTupleVariant for List<'_, '_> {
    type Ok = ();
    type Error = EncodeError;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), EncodeError> {
        self.element(value)
    }

    fn end(self) -> Result<(), EncodeError> {
        self.finish()
    }
}

impl ser::SerializeStruct for Fields<'_, '_> {
    type Ok = ();
    type Error = EncodeError;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), EncodeError> {
        self.field(key, value)
    }

    fn end(self) -> Result<(), EncodeError> {
        self.finish();
        Ok(())
    }
}

impl ser::SerializeStructVariant for Fields<'_, '_> {
    type Ok = ();
    type Error = EncodeError;

    fn serialize_field<T: Serialize + ?Sized>(
        &mut self,
        key: &'static str,
        value: &T,
    ) -> Result<(), EncodeError> {
        self.field(key, value)
    }

    fn end(self) -> Result<(), EncodeError> {
        self.finish();
        Ok(())
    }
}

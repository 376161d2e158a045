//! Variants of enums that have a value.

use serde::Deserialize;
use serde::de::value::StrDeserializer;
use serde::de::{self, DeserializeSeed, IntoDeserializer, Visitor};

use crate::v8::de::Deserializer;
use crate::v8::de::key::name;
use crate::v8::{DecodeError, JsString};

/// A variant with a value.
pub(super) struct Variant<'a> {
    name: &'a JsString,
    value: Deserializer<'a>,
}

impl<'a> Variant<'a> {
    pub(super) fn new(name: &'a JsString, value: Deserializer<'a>) -> Self {
        Self { name, value }
    }
}

impl<'a> de::EnumAccess<'a> for Variant<'a> {
    type Error = DecodeError;
    type Variant = Self;

    fn variant_seed<T: DeserializeSeed<'a>>(self, seed: T) -> Result<(T::Value, Self), DecodeError> {
        let variant: StrDeserializer<'_, DecodeError> = name(self.name)?.into_deserializer();
        Ok((seed.deserialize(variant)?, self))
    }
}

impl<'a> de::VariantAccess<'a> for Variant<'a> {
    type Error = DecodeError;

    fn unit_variant(self) -> Result<(), DecodeError> {
        Deserialize::deserialize(self.value)
    }

    fn newtype_variant_seed<T: DeserializeSeed<'a>>(self, seed: T) -> Result<T::Value, DecodeError> {
        let result = seed.deserialize(self.value);
        result.map_err(|error| error.below(|| format!(".{}", self.name)))
    }

    fn tuple_variant<V: Visitor<'a>>(self, _: usize, visitor: V) -> Result<V::Value, DecodeError> {
        let result = de::Deserializer::deserialize_seq(self.value, visitor);
        result.map_err(|error| error.below(|| format!(".{}", self.name)))
    }

    fn struct_variant<V: Visitor<'a>>(
        self,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, DecodeError> {
        let result = de::Deserializer::deserialize_any(self.value, visitor);
        result.map_err(|error| error.below(|| format!(".{}", self.name)))
    }
}

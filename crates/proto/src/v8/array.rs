//! JavaScript's arrays: a length, elements with holes between them, and other properties.

use std::fmt;

use crate::v8::{JsString, Value};

/// The most holes per element that are stored as such, before elements are stored by index instead.
const HOLES_PER_ELEMENT: usize = 1;

/// An array. A hole is an index that the array does not have: reading it gives `undefined`, but it is not one.
#[derive(Clone, Default)]
pub struct Array {
    /// The elements from index 0 on; `None` is a hole.
    head: Vec<Option<Value>>,
    /// What only few arrays have.
    rest: Option<Box<Rest>>,
}

#[derive(Clone, Default)]
struct Rest {
    /// The array's length, if it is more than `head`'s.
    len: u32,
    /// Elements after `head`, by ascending index.
    tail: Vec<(u32, Value)>,
    properties: Vec<(JsString, Value)>,
}

impl Array {
    /// An empty array.
    pub fn new() -> Self {
        Self::default()
    }

    /// An array of `len` holes, `new Array(len)`. Takes no memory for them.
    pub fn with_len(len: u32) -> Self {
        let mut array = Self::new();
        if len > 0 {
            array.rest().len = len;
        }
        array
    }

    pub(super) fn from_head(head: Vec<Option<Value>>) -> Self {
        Self { head, rest: None }
    }

    /// An array of the format's sparse form. Indices may come in any order, and must be below `len`, each once.
    pub(super) fn from_sparse(len: u32, mut entries: Vec<(u32, Value)>) -> Self {
        entries.sort_by_key(|entry| entry.0);
        if len as usize > entries.len().saturating_mul(1 + HOLES_PER_ELEMENT) {
            let mut array = Self::with_len(len);
            if !entries.is_empty() {
                array.rest().tail = entries;
            }
            return array;
        }
        let mut head = Vec::with_capacity(len as usize);
        for (index, value) in entries {
            head.resize(index as usize, None);
            head.push(Some(value));
        }
        head.resize(len as usize, None);
        Self { head, rest: None }
    }

    /// `length`: one more than the last index, holes included.
    pub fn len(&self) -> u32 {
        let head = u32::try_from(self.head.len()).unwrap_or(u32::MAX);
        head.max(self.rest.as_ref().map_or(0, |rest| rest.len))
    }

    /// Whether the length is 0.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The element at `index`. `None`: there is a hole, or the array is shorter.
    pub fn get(&self, index: u32) -> Option<&Value> {
        if let Some(element) = self.head.get(index as usize) {
            return element.as_ref();
        }
        let tail = &self.rest.as_ref()?.tail;
        let at = tail.binary_search_by_key(&index, |entry| entry.0).ok()?;
        Some(&tail.get(at)?.1)
    }

    /// Puts `value` at `index`. The array grows if necessary. A larger index than 2^32 - 2, the last one, counts as that.
    pub fn set(&mut self, index: u32, value: impl Into<Value>) {
        let (index, value) = (index.min(u32::MAX - 1), value.into());
        if let Some(element) = self.head.get_mut(index as usize) {
            *element = Some(value);
        } else if index as usize == self.head.len()
            && self.rest.as_ref().is_none_or(|rest| rest.tail.is_empty())
        {
            self.head.push(Some(value));
        } else {
            let rest = self.rest();
            rest.len = rest.len.max(index + 1);
            match rest.tail.binary_search_by_key(&index, |entry| entry.0) {
                Ok(at) => rest.tail[at].1 = value,
                Err(at) => rest.tail.insert(at, (index, value)),
            }
        }
    }

    /// Appends `value`.
    pub fn push(&mut self, value: impl Into<Value>) {
        self.set(self.len(), value);
    }

    /// The elements that exist, with their indices in ascending order.
    pub fn iter(&self) -> impl Iterator<Item = (u32, &Value)> {
        let head = (0..)
            .zip(&self.head)
            .filter_map(|(index, element)| Some((index, element.as_ref()?)));
        head.chain(self.tail().iter().map(|(index, value)| (*index, value)))
    }

    /// The properties that are not elements: `array.name`.
    pub fn properties(&self) -> &[(JsString, Value)] {
        self.rest.as_ref().map_or(&[], |rest| &rest.properties)
    }

    /// The properties that are not elements. A key that is an index does not belong here.
    pub fn properties_mut(&mut self) -> &mut Vec<(JsString, Value)> {
        &mut self.rest().properties
    }

    pub(super) fn head(&self) -> &[Option<Value>] {
        &self.head
    }

    pub(super) fn tail(&self) -> &[(u32, Value)] {
        self.rest.as_ref().map_or(&[], |rest| &rest.tail)
    }

    fn rest(&mut self) -> &mut Rest {
        self.rest.get_or_insert_default()
    }
}

impl<T: Into<Value>> FromIterator<T> for Array {
    fn from_iter<I: IntoIterator<Item = T>>(values: I) -> Self {
        Self::from_head(values.into_iter().map(|value| Some(value.into())).collect())
    }
}

impl<T: Into<Value>> From<Vec<T>> for Array {
    fn from(values: Vec<T>) -> Self {
        values.into_iter().collect()
    }
}

impl fmt::Debug for Array {
    /// As a list of the elements that are there; where indices are left out, `index: value`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[")?;
        let mut next = 0;
        for (index, value) in self.iter() {
            let comma = if next == 0 { "" } else { ", " };
            if index == next {
                write!(f, "{comma}{value:?}")?;
            } else {
                write!(f, "{comma}{index}: {value:?}")?;
            }
            next = index + 1;
        }
        if self.len() > next {
            write!(f, "; length {}", self.len())?;
        }
        for (key, value) in self.properties() {
            write!(f, "; {key:?}: {value:?}")?;
        }
        write!(f, "]")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn elements_are_found_wherever_they_are_held() {
        let mut array = Array::from(vec![1, 2]);
        array.push(3);
        array.set(4_000_000_000, 4);
        array.set(10, 5);
        array.set(10, 6);
        array.set(3, 7);
        array.push("last");
        assert_eq!(array.len(), 4_000_000_002);
        assert_eq!(array.get(3), Some(&Value::from(7)));
        assert_eq!(array.get(4), None);
        let indices: Vec<u32> = array.iter().map(|(index, _)| index).collect();
        assert_eq!(indices, [0, 1, 2, 3, 10, 4_000_000_000, 4_000_000_001]);
        assert_eq!(
            format!("{array:?}"),
            "[1, 2, 3, 7, 10: 6, 4000000000: 4, \"last\"]"
        );
    }

    #[test]
    fn holes_cost_nothing() {
        let array = Array::with_len(u32::MAX);
        assert_eq!((array.len(), array.iter().count()), (u32::MAX, 0));
        assert_eq!(format!("{array:?}"), "[; length 4294967295]");
        let array = Array::from_sparse(1_000_000, vec![(999, Value::Null)]);
        assert_eq!((array.len(), array.head().len()), (1_000_000, 0));
        let array = Array::from_sparse(3, vec![(2, 1.into()), (0, 0.into())]);
        assert_eq!(array.head(), [Some(0.into()), None, Some(1.into())]);
    }

    #[test]
    fn the_last_index_is_two_below_the_limit() {
        let mut array = Array::new();
        array.set(u32::MAX, 1);
        assert_eq!(
            (array.len(), array.get(u32::MAX - 1)),
            (u32::MAX, Some(&Value::from(1)))
        );
    }
}

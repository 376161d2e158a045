//! Whether two documents are the same value, with the same identities in it.

use crate::v8::value::same_number;
use crate::v8::{Array, Document, Id, JsString, Object, Value};

/// Two graphs that are walked in step.
struct Walk<'a> {
    left: &'a Document,
    right: &'a Document,
    /// The partner of each object, on either side.
    partners: [Vec<Option<Id>>; 2],
    /// Pairs that are still to be compared. This stack replaces recursion, because documents can be deep.
    pending: Vec<(&'a Value, &'a Value)>,
    /// Pairs of objects that no value names.
    pending_ids: Vec<(Id, Id)>,
}

pub(super) fn documents(left: &Document, right: &Document) -> bool {
    let mut walk = Walk {
        left,
        right,
        partners: [left, right].map(|document| vec![None; document.objects.len()]),
        pending: vec![(&left.root, &right.root)],
        pending_ids: Vec::new(),
    };
    loop {
        let same = if let Some((a, b)) = walk.pending_ids.pop() {
            walk.ids(a, b)
        } else {
            match walk.pending.pop() {
                Some((Value::Object(a), Value::Object(b))) => walk.ids(*a, *b),
                Some((a, b)) => a == b,
                None => return true,
            }
        };
        if !same {
            return false;
        }
    }
}

impl<'a> Walk<'a> {
    /// Whether two objects can be partners. New partners' members come next.
    fn ids(&mut self, a: Id, b: Id) -> bool {
        let (Some(x), Some(y)) = (self.left.get(a), self.right.get(b)) else {
            // Numbers of other documents. Nothing else is known about them.
            return self.left.get(a).is_none() && self.right.get(b).is_none();
        };
        let [lefts, rights] = &mut self.partners;
        let (known_b, known_a) = (&mut lefts[a.index()], &mut rights[b.index()]);
        if known_b.is_some() || known_a.is_some() {
            return *known_b == Some(b) && *known_a == Some(a);
        }
        (*known_b, *known_a) = (Some(b), Some(a));
        self.objects(x, y)
    }

    fn objects(&mut self, a: &'a Object, b: &'a Object) -> bool {
        match (a, b) {
            (Object::Plain(a), Object::Plain(b)) => self.properties(a, b),
            (Object::Array(a), Object::Array(b)) => self.arrays(a, b),
            (Object::Map(a), Object::Map(b)) => {
                let pairs = a.iter().zip(b).flat_map(|(a, b)| [(&a.0, &b.0), (&a.1, &b.1)]);
                self.pending.extend(pairs);
                a.len() == b.len()
            }
            (Object::Set(a), Object::Set(b)) => {
                self.pending.extend(a.iter().zip(b));
                a.len() == b.len()
            }
            (Object::Date(a), Object::Date(b)) | (Object::Number(a), Object::Number(b)) => {
                same_number(*a, *b)
            }
            (Object::RegExp(a), Object::RegExp(b)) => a == b,
            (Object::Error(a), Object::Error(b)) => {
                self.pending.extend(a.cause.as_ref().zip(b.cause.as_ref()));
                a.kind == b.kind
                    && a.message == b.message
                    && a.stack == b.stack
                    && a.cause.is_some() == b.cause.is_some()
            }
            (Object::Boolean(a), Object::Boolean(b)) => a == b,
            (Object::String(a), Object::String(b)) => a == b,
            (Object::BigInt(a), Object::BigInt(b)) => a == b,
            (Object::ArrayBuffer(a), Object::ArrayBuffer(b)) => a == b,
            (Object::View(a), Object::View(b)) => a == b,
            (Object::BufferView(a), Object::BufferView(b)) => {
                let mut moved = *a;
                moved.buffer = b.buffer;
                self.pending_ids.push((a.buffer, b.buffer));
                moved == *b
            }
            (Object::SharedView(a), Object::SharedView(b)) => a == b,
            (Object::SharedBuffer(a), Object::SharedBuffer(b)) => a == b,
            _ => false,
        }
    }

    fn arrays(&mut self, a: &'a Array, b: &'a Array) -> bool {
        let mut rest = b.iter();
        for (index, value) in a.iter() {
            match rest.next() {
                Some((other_index, other)) if other_index == index => self.pending.push((value, other)),
                _ => return false,
            }
        }
        rest.next().is_none() && a.len() == b.len() && self.properties(a.properties(), b.properties())
    }

    fn properties(&mut self, a: &'a [(JsString, Value)], b: &'a [(JsString, Value)]) -> bool {
        self.pending.extend(a.iter().zip(b).map(|(a, b)| (&a.1, &b.1)));
        a.len() == b.len() && a.iter().zip(b).all(|(a, b)| a.0 == b.0)
    }
}

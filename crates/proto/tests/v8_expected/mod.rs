//! What the recorded cases are as documents, by their names in `fixtures/v8/index.tsv`.

mod objects;
mod primitives;
mod views;

use forkwire_proto::v8::{Document, Object, Value};

/// The document of a case.
pub(crate) fn document(case: &str) -> Option<Document> {
    let mut document = Document::new();
    let root = primitives::value(case, &mut document)
        .or_else(|| objects::value(case, &mut document))
        .or_else(|| views::value(case, &mut document))?;
    document.set_root(root);
    Some(document)
}

/// An array of values of different kinds.
macro_rules! list {
    ($document:expr $(, $value:expr)* $(,)?) => {{
        let values: Vec<forkwire_proto::v8::Value> = vec![$($value.into()),*];
        forkwire_proto::v8::Value::from($document.insert(forkwire_proto::v8::Object::array(values)))
    }};
}

/// An object with values of different kinds.
macro_rules! object {
    ($document:expr $(, $key:expr => $value:expr)* $(,)?) => {{
        let properties: Vec<(forkwire_proto::v8::JsString, forkwire_proto::v8::Value)> =
            vec![$(($key.into(), $value.into())),*];
        forkwire_proto::v8::Value::from($document.insert(forkwire_proto::v8::Object::plain(properties)))
    }};
}

use {list, object};

/// An array of objects, each one only there.
fn objects_of(document: &mut Document, objects: impl IntoIterator<Item = impl Into<Object>>) -> Value {
    let ids: Vec<_> = objects
        .into_iter()
        .map(|object| document.insert(object))
        .collect();
    document.insert(Object::array(ids)).into()
}

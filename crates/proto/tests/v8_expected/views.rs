//! Bytes: `ArrayBuffer` and the views of it.

use forkwire_proto::v8::{ArrayBuffer, BufferView, Document, Object, Value, View, ViewKind};

use super::{list, objects_of};

pub(super) fn value(case: &str, d: &mut Document) -> Option<Value> {
    Some(match case {
        "array-buffers" => objects_of(d, [ArrayBuffer::new([1, 2, 3]), ArrayBuffer::new([])]),
        "resizable" => objects_of(
            d,
            [ArrayBuffer::resizable([0, 0], 5), ArrayBuffer::resizable([], 0)],
        ),
        "views" => every_kind(d),
        "float16" => objects_of(d, [View::new(ViewKind::Float16Array, [0, 0x3c, 0, 0xc0])]),
        "view-slices" => {
            let views = [
                View::new(ViewKind::Uint8Array, [2, 3]),
                View::new(ViewKind::Uint16Array, [1, 2, 3, 4]),
                View::new(ViewKind::Buffer, [4]),
            ];
            objects_of(d, views)
        }
        "raw-views" => every_kind_over(d),
        "raw-float16" => {
            let view = view(d, ViewKind::Float16Array, &[0, 0x3c], 0, 2);
            list!(d, view)
        }
        "raw-shared" => {
            let buffer = d.insert(ArrayBuffer::new([1, 2, 3, 4]));
            let bytes = over(d, ViewKind::Uint8Array, buffer, 1, 2);
            let words = over(d, ViewKind::Uint16Array, buffer, 0, 4);
            list!(d, bytes.clone(), words, bytes, buffer)
        }
        "raw-resizable" => {
            let [four, three, six] = [4, 3, 6].map(|len| d.insert(ArrayBuffer::resizable(vec![0; len], 9)));
            let fixed = over(d, ViewKind::Uint8Array, four, 1, 2);
            let follows = tracking(d, ViewKind::DataView, three, 1);
            let words = tracking(d, ViewKind::Uint16Array, six, 0);
            list!(d, fixed, follows, words)
        }
        _ => return None,
    })
}

fn every_kind(d: &mut Document) -> Value {
    let views = [
        View::new(ViewKind::Int8Array, [255, 2]),
        View::new(ViewKind::Uint8Array, [1, 255]),
        View::new(ViewKind::Uint8ClampedArray, [3]),
        View::new(ViewKind::Int16Array, [0xfe, 255]),
        View::new(ViewKind::Uint16Array, [255, 255]),
        View::new(ViewKind::Int32Array, [0xfd, 255, 255, 255]),
        View::new(ViewKind::Uint32Array, [255; 4]),
        View::new(ViewKind::Float32Array, 1.5_f32.to_le_bytes()),
        View::new(
            ViewKind::Float64Array,
            [(-0.0_f64).to_le_bytes(), 2.5_f64.to_le_bytes()].concat(),
        ),
        View::new(ViewKind::DataView, [2, 3]),
        View::new(ViewKind::Buffer, *b"buffer"),
        View::new(ViewKind::BigInt64Array, [255; 8]),
        View::new(ViewKind::BigUint64Array, [0, 0, 0, 0, 0, 0, 0, 0x80]),
    ];
    objects_of(d, views)
}

fn every_kind_over(d: &mut Document) -> Value {
    let views = [
        view(d, ViewKind::Int8Array, &[255], 0, 1),
        view(d, ViewKind::Uint8Array, &[1], 0, 1),
        view(d, ViewKind::Uint8ClampedArray, &[3], 0, 1),
        view(d, ViewKind::Int16Array, &[1, 2], 0, 2),
        view(d, ViewKind::Uint16Array, &[3, 4], 0, 2),
        view(d, ViewKind::Int32Array, &[1, 2, 3, 4], 0, 4),
        view(d, ViewKind::Uint32Array, &[5, 6, 7, 8], 0, 4),
        view(d, ViewKind::Float32Array, &1.5_f32.to_le_bytes(), 0, 4),
        view(d, ViewKind::Float64Array, &1.5_f64.to_le_bytes(), 0, 8),
        view(d, ViewKind::DataView, &[1, 2, 3], 1, 1),
        view(d, ViewKind::BigInt64Array, &1_i64.to_le_bytes(), 0, 8),
        view(d, ViewKind::BigUint64Array, &2_i64.to_le_bytes(), 0, 8),
    ];
    d.insert(Object::array(views)).into()
}

fn view(d: &mut Document, kind: ViewKind, bytes: &[u8], offset: u32, len: u32) -> Value {
    let buffer = d.insert(ArrayBuffer::new(bytes));
    over(d, kind, buffer, offset, len)
}

fn over(d: &mut Document, kind: ViewKind, buffer: forkwire_proto::v8::Id, offset: u32, len: u32) -> Value {
    let tracks_length = false;
    d.insert(BufferView {
        kind,
        buffer,
        offset,
        len,
        tracks_length,
    })
    .into()
}

fn tracking(d: &mut Document, kind: ViewKind, buffer: forkwire_proto::v8::Id, offset: u32) -> Value {
    let (len, tracks_length) = (0, true);
    d.insert(BufferView {
        kind,
        buffer,
        offset,
        len,
        tracks_length,
    })
    .into()
}

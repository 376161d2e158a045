//! Views of memory that several processes share.

use crate::v8::ViewKind;

/// A view of shared memory. The memory itself travels beside the message, as a handle. Only forkwire's own wire has it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct SharedView {
    /// The number of its memory among those that are in the message, from 0.
    pub memory: u32,
    /// What kind of view it is.
    pub kind: ViewKind,
    /// Where the view begins in its memory, in bytes: a multiple of the element size. Nobody has checked that it lies in the
    /// memory.
    pub offset: u64,
    /// Length in bytes: a multiple of the element size.
    pub len: u64,
}

/// The largest offset and length: every integer up to it is a number of JavaScript.
const MOST: u64 = (1 << 53) - 1;

impl SharedView {
    /// `None` if JavaScript has no such view.
    pub(in crate::v8) fn from_numbers(memory: u32, kind: ViewKind, offset: f64, len: f64) -> Option<Self> {
        let view = Self {
            memory,
            kind,
            offset: integer(offset)?,
            len: integer(len)?,
        };
        view.fault().is_none().then_some(view)
    }

    /// The offset and the length as JavaScript has them.
    #[expect(clippy::cast_precision_loss, reason = "fault() has refused larger ones")]
    pub(in crate::v8) fn numbers(&self) -> [f64; 2] {
        [self.offset as f64, self.len as f64]
    }

    /// Which rule the view breaks.
    pub(in crate::v8) fn fault(&self) -> Option<&'static str> {
        let size = self.kind.element_size() as u64;
        if !self.offset.is_multiple_of(size) || !self.len.is_multiple_of(size) {
            Some("the view does not consist of whole elements")
        } else if self.offset > MOST || self.len > MOST {
            Some("the view is larger than any memory")
        } else {
            None
        }
    }
}

#[expect(
    clippy::cast_possible_truncation,
    clippy::cast_sign_loss,
    reason = "compared with what it came from"
)]
#[expect(clippy::cast_precision_loss, reason = "likewise")]
fn integer(value: f64) -> Option<u64> {
    let whole = value as u64;
    (whole <= MOST && (whole as f64).to_bits() == value.to_bits()).then_some(whole)
}

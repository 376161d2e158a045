//! Handles that count themselves.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

/// What became of every handle of a test.
#[derive(Debug, Default)]
pub(crate) struct Book {
    /// How often each handle was transferred and delivered.
    fates: RefCell<Vec<(u32, u32)>>,
    live: Cell<u32>,
}

/// A handle: not cloneable, so that one that appears twice was transferred twice.
#[derive(Debug)]
pub(crate) struct Token {
    pub(crate) id: u32,
    book: Rc<Book>,
}

impl Token {
    pub(crate) fn new(book: &Rc<Book>) -> Self {
        let id = u32::try_from(book.fates.borrow().len()).expect("a small number");
        book.fates.borrow_mut().push((0, 0));
        book.live.set(book.live.get() + 1);
        Self {
            id,
            book: Rc::clone(book),
        }
    }

    /// What a system does with a handle that is sent: the receiver gets one of its own.
    pub(crate) fn transfer(&self) -> Self {
        let (transfers, _) = &mut self.book.fates.borrow_mut()[self.id as usize];
        *transfers += 1;
        assert_eq!(*transfers, 1, "handle {} was sent twice", self.id);
        self.book.live.set(self.book.live.get() + 1);
        Self {
            id: self.id,
            book: Rc::clone(&self.book),
        }
    }

    /// The receiving application has it. Returns the id; the handle is closed.
    pub(crate) fn deliver(self) -> u32 {
        let (transfers, deliveries) = &mut self.book.fates.borrow_mut()[self.id as usize];
        *deliveries += 1;
        assert!(
            *deliveries <= *transfers,
            "handle {} was delivered twice",
            self.id
        );
        self.id
    }
}

impl Drop for Token {
    fn drop(&mut self) {
        let live = self.book.live.get();
        self.book.live.set(live - 1);
    }
}

impl Book {
    /// Handles that exist now, transferred ones counted apart.
    pub(crate) fn live(&self) -> u32 {
        self.live.get()
    }
}

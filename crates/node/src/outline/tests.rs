use super::*;

#[test]
fn an_outline_that_does_not_fit_its_values_is_refused() {
    let mut outlines = Outlines::default();
    let pieces = |count| vec![b"1".to_vec(); count];
    assert!(outlines.define(3, pieces(3), b"ns"));
    assert!(!outlines.define(MOST, pieces(3), b"ns"));
    assert!(!outlines.define(0, pieces(2), b"ns"));
    assert!(!outlines.define(0, pieces(0), b""));
    assert!(outlines.define(0, pieces(VALUES + 1), &[b's'; VALUES]));
    assert!(!outlines.define(0, pieces(VALUES + 2), &[b's'; VALUES + 1]));
    assert_eq!(outlines.outlines.len(), 4);
}

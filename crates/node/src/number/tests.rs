use super::*;

fn written(number: f64) -> String {
    let mut out = Vec::new();
    append_number(number, &mut out);
    String::from_utf8(out).expect("a number is ASCII")
}

#[test]
fn numbers_are_written_as_ecmascript_writes_them() {
    for (number, text) in [
        (0.0, "0"),
        (-0.0, "0"),
        (1.0, "1"),
        (-42.0, "-42"),
        (2.5, "2.5"),
        (-0.1, "-0.1"),
        (123_456.789, "123456.789"),
        (1e-6, "0.000001"),
        (1.5e-6, "0.0000015"),
        (1e-7, "1e-7"),
        (1.25e-7, "1.25e-7"),
        (5e-324, "5e-324"),
        (1.797_693_134_862_315_7e308, "1.7976931348623157e+308"),
        (1e21, "1e+21"),
        (-1.5e300, "-1.5e+300"),
        (1e20, "100000000000000000000"),
        (123_456_789_012_345_680_000.0, "123456789012345680000"),
        (9_007_199_254_740_991.0, "9007199254740991"),
        (9_007_199_254_740_992.0, "9007199254740992"),
        (-9_007_199_254_740_994.0, "-9007199254740994"),
        (1_152_921_504_606_846_976.0, "1152921504606847000"),
        (2_251_799_813_685_249.5, "2251799813685249.5"),
        (f64::NAN, "null"),
        (f64::INFINITY, "null"),
        (f64::NEG_INFINITY, "null"),
    ] {
        assert_eq!(written(number), text);
    }
}

/// Any number reads back as itself.
#[test]
#[allow(clippy::cast_precision_loss)] // any numbers will do
fn what_is_written_is_the_same_number() {
    let mut bits = 0x9e37_79b9_7f4a_7c15_u64;
    for _ in 0..20_000 {
        bits ^= bits << 13;
        bits ^= bits >> 7;
        bits ^= bits << 17;
        for number in [
            f64::from_bits(bits),
            (bits >> 11) as f64,
            (bits >> 40) as f64 / 1000.0,
        ] {
            if number.is_finite() {
                assert_eq!(written(number).parse::<f64>(), Ok(number));
            }
        }
    }
}

#![allow(clippy::unwrap_used)] // a test may fail anywhere

use super::*;

const TIME: Option<Duration> = Some(Duration::from_secs(60));

fn ends(slots: u32, bytes: u32) -> (RingWriter, RingReader) {
    let ring = SharedRing::create(slots, bytes).unwrap();
    let other = SharedRing::open(ring.memory().clone()).unwrap();
    (ring.into_writer().unwrap(), other.into_reader().unwrap())
}

#[test]
fn messages_of_all_sizes_arrive_in_order() {
    let (mut writer, mut reader) = ends(4, 1000);
    let message = |number: usize| vec![u8::try_from(number % 251).unwrap(); number % 1001];
    std::thread::scope(|scope| {
        scope.spawn(move || {
            for number in 0..5_000 {
                writer.write(&message(number), TIME).unwrap();
            }
        });
        let mut received = Vec::new();
        for number in 0..5_000 {
            assert!(reader.read(&mut received, TIME).unwrap());
            assert_eq!(received, message(number));
        }
        assert!(
            !reader.read(&mut received, TIME).unwrap(),
            "the writer has closed"
        );
    });
}

#[tokio::test]
async fn ends_wait_without_blocking() {
    let (mut writer, mut reader) = ends(1, 8);
    let task = tokio::spawn(async move {
        for number in 0_u64..500 {
            writer.write_async(&number.to_le_bytes(), TIME).await.unwrap();
        }
    });
    let mut received = Vec::new();
    for number in 0_u64..500 {
        assert!(reader.read_async(&mut received, TIME).await.unwrap());
        assert_eq!(received, number.to_le_bytes());
    }
    assert!(!reader.read_async(&mut received, TIME).await.unwrap());
    task.await.unwrap();
}

#[test]
fn a_full_ring_takes_no_more_and_a_closed_one_says_so() {
    let (mut writer, reader) = ends(2, 8);
    assert!(writer.try_write(b"1").unwrap() && writer.try_write(b"2").unwrap());
    assert!(!writer.try_write(b"3").unwrap());
    let soon = Some(Duration::from_millis(5));
    assert!(matches!(writer.write(b"3", soon), Err(RingError::TimedOut)));
    assert!(matches!(
        writer.try_write(&[0; 9]),
        Err(RingError::TooLarge { length: 9, most: 8 })
    ));
    drop(reader);
    assert!(matches!(writer.write(b"3", TIME), Err(RingError::Closed)));
}

#[test]
fn ends_go_on_where_the_last_ones_ended() {
    let ring = SharedRing::create(2, 8).unwrap();
    let mut received = Vec::new();
    for number in 0_u8..5 {
        let mut reader = ring.clone().into_reader().unwrap();
        let mut writer = ring.clone().into_writer().unwrap();
        assert!(writer.try_write(&[number]).unwrap());
        assert!(reader.try_read(&mut received).unwrap());
        assert_eq!(received, [number]);
    }
}

#[test]
fn sizes_that_make_no_ring_are_refused() {
    for (slots, bytes) in [(0, 1), (3, 1), (1, 0), (1 << 31, u32::MAX)] {
        assert!(SharedRing::create(slots, bytes).is_err(), "{slots} {bytes}");
    }
}

#[test]
fn memory_that_is_no_ring_or_lies_about_its_sizes_is_refused() {
    assert!(SharedRing::open(SharedMemory::create(1).unwrap()).is_err());
    assert!(SharedRing::open(SharedMemory::create(100_000).unwrap()).is_err());
    for (index, value) in [
        (word::SLOTS, 8),
        (word::SLOTS, u32::MAX),
        (word::BYTES, u32::MAX),
        (word::BYTES, 0),
    ] {
        let ring = SharedRing::create(4, 64).unwrap();
        ring.0.store(index, value);
        let opened = SharedRing::open(ring.memory().clone());
        assert!(matches!(opened, Err(RingError::Malformed(_))), "{index} {value}");
    }
}

#[test]
fn counters_and_lengths_that_cannot_be_are_errors() {
    let (mut writer, mut reader) = ends(4, 64);
    let mut received = Vec::new();
    writer.try_write(b"1").unwrap();
    let ring = writer.ring.clone();
    ring.store(ring.layout.length(0), 65);
    assert!(matches!(
        reader.try_read(&mut received),
        Err(RingError::Malformed(_))
    ));
    ring.store(word::WRITTEN, 5);
    assert!(matches!(
        reader.try_read(&mut received),
        Err(RingError::Malformed(_))
    ));
    ring.store(word::READ, 2);
    assert!(matches!(writer.try_write(b"2"), Err(RingError::Malformed(_))));
}

//! The table, in Markdown.

use std::time::Duration;

use super::sample::Sample;

/// A case with the samples of each round.
pub(crate) struct Row<const N: usize> {
    case: String,
    rounds: Vec<[Sample; N]>,
}

/// Prints the head of the table.
pub(crate) fn head(names: &[&str]) {
    let [first, others @ ..] = names else { return };
    println!(
        "Each cell: time per message, and processor time of both ends; for all but the first end, in brackets, how"
    );
    println!(
        "many times as good as the first that is (the median of the ratios within each round; above 1 is better).\n"
    );
    println!("| case | {first} | {} |", others.join(" | "));
    println!("| --- |{}", " ---: |".repeat(names.len()));
}

impl<const N: usize> Row<N> {
    pub(crate) fn new(case: &impl ToString, rounds: Vec<[Sample; N]>) -> Self {
        let case = case.to_string();
        Self { case, rounds }
    }

    pub(crate) fn print(&self) {
        let cells = (0..N).map(|end| self.cell(end)).collect::<Vec<_>>();
        println!("| {} | {} |", self.case, cells.join(" | "));
    }

    fn cell(&self, end: usize) -> String {
        let elapsed = self.describe(end, |sample| sample.elapsed);
        let processor = self.describe(end, |sample| sample.processor);
        format!("{elapsed}, {processor}")
    }

    /// The median of a figure, and of its ratio to that of the first end.
    fn describe(&self, end: usize, figure: fn(&Sample) -> Duration) -> String {
        let micros = |end: usize| {
            let figures = self
                .rounds
                .iter()
                .map(move |round| figure(&round[end]).as_secs_f64() * 1e6);
            figures.collect::<Vec<_>>()
        };
        let own = micros(end);
        let ratios = micros(0)
            .iter()
            .zip(&own)
            .map(|(first, own)| first / own)
            .collect();
        let value = format!("{:.2} us", median(own));
        if end == 0 {
            value
        } else {
            format!("{value} ({:.2})", median(ratios))
        }
    }
}

fn median(mut figures: Vec<f64>) -> f64 {
    figures.sort_by(f64::total_cmp);
    figures.get(figures.len() / 2).copied().unwrap_or(f64::NAN)
}

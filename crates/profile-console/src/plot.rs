//! Small plots as SVG, made on the server: a line for each series over the same time, in the colours of the page, with the
//! same in words for those who cannot see them.
//!
//! No crate draws them: those that do bring axes, fonts and inline styles, which the policy of the pages forbids, and what is
//! wanted is one polyline.

use std::fmt::Write as _;

use askama::{Template, filters::HtmlSafe};

use crate::shown::When;

/// Size of a plot in its own units; the style sheet sets the size on the page.
const WIDTH: f64 = 240.0;
const HEIGHT: f64 = 40.0;
/// Distance of the lines from the edge, so that their width fits.
const EDGE: f64 = 2.0;
/// Most points of a line: they are two units apart.
const MAX_POINTS: usize = 120;

/// A line of a plot.
struct Line {
    /// Its class in the style sheet.
    class: &'static str,
    points: String,
}

/// A plot, with what it shows in words.
#[derive(Template)]
#[template(path = "components/plot.html")]
pub(crate) struct Plot {
    words: String,
    /// Where the plot begins, if its words do not say so.
    since: Option<When>,
    lines: Vec<Line>,
}

impl HtmlSafe for Plot {}

impl Plot {
    /// Returns the plot of these series, all on one scale from zero to the largest value; `words` tells the same.
    pub(crate) fn new(words: String, series: &[(&'static str, Vec<f64>)]) -> Self {
        let most = series.iter().flat_map(|(_, values)| values).copied().fold(1.0, f64::max);
        let line = |(class, values): &(&'static str, Vec<f64>)| Line {
            class,
            points: points(&thinned(values), most),
        };
        let lines = series.iter().map(line);
        Self { words, since: None, lines: lines.collect() }
    }

    /// Returns the same plot, whose words end with when it begins.
    pub(crate) fn since(self, since: When) -> Self {
        Self { since: Some(since), ..self }
    }
}

/// Returns the largest value of each group, where there are more values than points.
fn thinned(values: &[f64]) -> Vec<f64> {
    let group = values.len().div_ceil(MAX_POINTS).max(1);
    values.chunks(group).map(|some| some.iter().copied().fold(0.0, f64::max)).collect()
}

/// Returns where the values are, from the oldest at the left to the newest at the right.
fn points(values: &[f64], most: f64) -> String {
    let step = (WIDTH - 2.0 * EDGE) / values.iter().skip(1).map(|_| 1.0).sum::<f64>().max(1.0);
    let (mut x, mut points) = (EDGE, String::new());
    for value in values {
        let y = HEIGHT - EDGE - value / most * (HEIGHT - 2.0 * EDGE);
        // Writing to a text cannot fail.
        write!(points, "{x:.1},{y:.1} ").ok();
        x += step;
    }
    points.truncate(points.trim_end().len());
    points
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_lie_between_the_edges_and_the_words_stand_beside_them() {
        let plot = Plot::new("2 <calls>".to_owned(), &[("reads", vec![0.0, 4.0, 2.0]), ("changes", vec![])]);
        let svg = plot.render().unwrap();
        assert!(svg.contains(r#"points="2.0,38.0 120.0,2.0 238.0,20.0""#), "{svg}");
        assert!(svg.contains("2 &#60;calls&#62;") && svg.contains(r#"role="img""#), "{svg}");
    }

    #[test]
    fn of_many_values_the_largest_of_each_group_is_a_point() {
        assert_eq!(thinned(&[1.0, 3.0, 2.0]), [1.0, 3.0, 2.0]);
        let values: Vec<f64> = (0..360).map(f64::from).collect();
        let points = thinned(&values);
        assert_eq!((points.len(), points.first(), points.last()), (120, Some(&2.0), Some(&359.0)));
    }

    #[test]
    fn one_value_and_none_at_all_are_plots_too() {
        assert_eq!(points(&[0.0], 1.0), "2.0,38.0");
        assert_eq!(points(&[], 1.0), "");
    }
}

// SPDX-License-Identifier: Apache-2.0

//! Pictures for the report, as SVG: the time that blocks spend in each stage, and the pool's price over the tape.
//!
//! They follow the reader's choice of a light or dark page, and say everything in words as well: titles, axes, legend.

use std::fmt::Write;

use super::figures::{BlockFigures, STAGES, TradeFigures};

const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 420.0;
const LEFT: f64 = 70.0;
const RIGHT: f64 = 24.0;
const TOP: f64 = 76.0;
const BOTTOM: f64 = 56.0;

/// Colours for light and for dark pages. Those of the series differ in brightness, too, for who does not see colours.
const STYLE: &str = "
	svg { font: 13px system-ui, -apple-system, 'Segoe UI', sans-serif; }
	.page { fill: #ffffff; } .text { fill: #24292f; } .soft { fill: #57606a; }
	.grid { stroke: #d0d7de; } .axis { stroke: #57606a; }
	.s0 { fill: #9ecae1; } .s1 { fill: #2171b5; } .s2 { fill: #fdae6b; } .s3 { fill: #31a354; }
	.l0 { stroke: #8c959f; } .l1 { stroke: #0969da; }
	.line { fill: none; stroke-width: 1.8; stroke-linejoin: round; }
	@media (prefers-color-scheme: dark) {
		.page { fill: #0d1117; } .text { fill: #e6edf3; } .soft { fill: #9198a1; }
		.grid { stroke: #2d333b; } .axis { stroke: #9198a1; }
		.s0 { fill: #79c0ff; } .s1 { fill: #1f6feb; } .s2 { fill: #f0883e; } .s3 { fill: #3fb950; }
		.l0 { stroke: #9198a1; } .l1 { stroke: #58a6ff; }
	}
";

/// A scale from numbers to places on the picture.
#[derive(Clone, Copy, Debug)]
struct Scale {
	from: (f64, f64),
	to: (f64, f64),
}

impl Scale {
	fn at(&self, value: f64) -> f64 {
		let span = (self.from.1 - self.from.0).max(f64::MIN_POSITIVE);
		self.to.0 + (value - self.from.0) / span * (self.to.1 - self.to.0)
	}
}

/// Round numbers that cover a range: a handful of 1, 2 or 5 times a power of ten apart.
fn ticks(low: f64, high: f64) -> Vec<f64> {
	let span = (high - low).max(1e-9);
	let raw = span / 5.0;
	let power = 10f64.powf(raw.log10().floor());
	let step =
		[1.0, 2.0, 5.0, 10.0].into_iter().map(|times| times * power).find(|step| *step >= raw);
	let step = step.unwrap_or(10.0 * power);
	let first = (low / step).floor() as i64;
	let last = (high / step).ceil() as i64;
	(first..=last).map(|number| number as f64 * step).collect()
}

/// What is inside of a picture, and around it.
struct Picture {
	svg: String,
}

impl Picture {
	fn new(title: &str, description: &str) -> Self {
		let (title, description) = (escape(title), escape(description));
		let svg = format!(
			"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {WIDTH} {HEIGHT}\" role=\"img\" \
			 aria-labelledby=\"title text\">\n<title id=\"title\">{title}</title>\n<desc id=\"text\">{description}</desc>\n\
			 <style>{STYLE}</style>\n<rect class=\"page\" width=\"{WIDTH}\" height=\"{HEIGHT}\" rx=\"6\"/>\n\
			 <text class=\"text\" x=\"{LEFT}\" y=\"28\" font-size=\"17\" font-weight=\"600\">{title}</text>\n"
		);
		Self { svg }
	}

	/// An element from what stands between its brackets.
	fn put(&mut self, element: std::fmt::Arguments) {
		// A string takes all.
		let _ = writeln!(self.svg, "<{element}>");
	}

	fn text(&mut self, x: f64, y: f64, anchor: &str, class: &str, text: &str) {
		let text = escape(text);
		self.put(format_args!(
			"text class=\"{class}\" x=\"{x:.1}\" y=\"{y:.1}\" text-anchor=\"{anchor}\">{text}</text"
		));
	}

	/// The value axis with its lines across.
	fn values(&mut self, ticks: &[f64], scale: Scale, unit: &str) {
		let digits = if ticks.windows(2).any(|pair| pair[1] - pair[0] < 1.0) { 1 } else { 0 };
		for tick in ticks {
			let y = scale.at(*tick);
			let end = WIDTH - RIGHT;
			self.put(format_args!(
				"line class=\"grid\" x1=\"{LEFT}\" y1=\"{y:.1}\" x2=\"{end}\" y2=\"{y:.1}\"/"
			));
			self.text(LEFT - 10.0, y + 4.5, "end", "soft", &format!("{tick:.digits$}"));
		}
		self.text(LEFT - 10.0, TOP - 14.0, "end", "soft", unit);
	}

	/// The axis at the bottom: numbers at places, and what they are.
	fn bottom(&mut self, places: impl IntoIterator<Item = (f64, String)>, what: &str) {
		let (y, end) = (HEIGHT - BOTTOM, WIDTH - RIGHT);
		self.put(format_args!(
			"line class=\"axis\" x1=\"{LEFT}\" y1=\"{y}\" x2=\"{end}\" y2=\"{y}\"/"
		));
		for (x, text) in places {
			self.text(x, y + 20.0, "middle", "soft", &text);
		}
		self.text((LEFT + end) / 2.0, HEIGHT - 12.0, "middle", "soft", what);
	}

	/// Squares with names, under the title.
	fn legend(&mut self, entries: &[(String, String)]) {
		let mut x = LEFT;
		for (mark, name) in entries {
			self.put(format_args!("{mark} transform=\"translate({x:.1} 42)\"/"));
			self.text(x + 22.0, 53.0, "start", "text", name);
			x += 44.0 + name.chars().count() as f64 * 7.2;
		}
	}

	fn finish(mut self) -> String {
		self.svg.push_str("</svg>\n");
		self.svg
	}
}

/// The time that each block spends in each stage: a bar per block. Blocks that are not executed are left out.
pub fn latency(blocks: &[BlockFigures]) -> String {
	let bars: Vec<_> =
		blocks.iter().filter_map(|block| Some((block.number, block.spans()?))).collect();
	let highest = bars.iter().map(|(_, spans)| spans.iter().sum::<f64>()).fold(1.0, f64::max);
	let ticks = ticks(0.0, highest);
	let top = ticks.last().copied().unwrap_or(highest);
	let y = Scale { from: (0.0, top), to: (HEIGHT - BOTTOM, TOP) };
	let mut picture = Picture::new(
		"How long blocks take from being built to being executed on both chains",
		"A bar per block of the rollup: seconds until it is committed, proven, certified and executed on both chains.",
	);
	picture.values(&ticks, y, "seconds");
	let room = (WIDTH - LEFT - RIGHT) / bars.len().max(1) as f64;
	let width = (room * 0.7).min(48.0);
	let center = |place: usize| LEFT + (place as f64 + 0.5) * room;
	for (place, (number, spans)) in bars.iter().enumerate() {
		let mut below = 0.0;
		for (stage, span) in spans.iter().enumerate() {
			let (low, high) = (y.at(below), y.at(below + span));
			let x = center(place) - width / 2.0;
			let height = (low - high).max(0.0);
			let what = format!("block {number}: {} after {span:.1} s more", STAGES[stage]);
			picture.put(format_args!(
				"rect class=\"s{stage}\" x=\"{x:.1}\" y=\"{high:.1}\" width=\"{width:.1}\" \
				 height=\"{height:.1}\"><title>{}</title></rect",
				escape(&what)
			));
			below += span;
		}
	}
	// Not more numbers than there is room for.
	let every = (bars.len() / 30).max(1);
	let numbers = bars.iter().enumerate().step_by(every);
	picture.bottom(
		numbers.map(|(place, (number, _))| (center(place), number.to_string())),
		"block of the rollup",
	);
	let names = STAGES.iter().enumerate();
	let legend: Vec<_> = names
		.map(|(stage, name)| {
			(format!("rect class=\"s{stage}\" width=\"14\" height=\"14\""), format!("until {name}"))
		})
		.collect();
	picture.legend(&legend);
	picture.finish()
}

/// The pool's price after each trade, and the price elsewhere when the order was given.
pub fn price(trades: &[TradeFigures]) -> String {
	let all = || trades.iter().flat_map(|trade| [trade.price, trade.reference]);
	let (low, high) = (all().fold(f64::INFINITY, f64::min), all().fold(0.0, f64::max));
	let (low, high) = if low < high { (low, high) } else { (high - 1.0, high + 1.0) };
	let ticks = ticks(low, high);
	let ends = (ticks.first().copied().unwrap_or(low), ticks.last().copied().unwrap_or(high));
	let y = Scale { from: ends, to: (HEIGHT - BOTTOM, TOP) };
	let count = trades.len().max(2);
	let x = Scale { from: (1.0, count as f64), to: (LEFT + 8.0, WIDTH - RIGHT - 8.0) };
	let mut picture = Picture::new(
		"The pool's price over the tape",
		"USDT for one WETH: the pool's price after each trade, and the reference price when the order was given.",
	);
	picture.values(&ticks, y, "USDT");
	for (class, value) in
		[("l0", (|trade| trade.reference) as fn(&TradeFigures) -> f64), ("l1", |trade| trade.price)]
	{
		let points: Vec<_> = trades
			.iter()
			.zip(1..)
			.map(|(trade, place)| {
				format!("{:.1},{:.1}", x.at(f64::from(place)), y.at(value(trade)))
			})
			.collect();
		let points = points.join(" ");
		picture.put(format_args!("polyline class=\"line {class}\" points=\"{points}\"/"));
	}
	let marks = self::ticks(1.0, count as f64).into_iter().map(|mark| mark.max(1.0));
	let marks = marks.filter(|mark| *mark <= count as f64);
	picture.bottom(marks.map(|mark| (x.at(mark), format!("{mark:.0}"))), "trades, as executed");
	let line = |class: &str| format!("path class=\"line {class}\" d=\"M0 7H16\"");
	picture.legend(&[
		(line("l1"), "the pool's price".into()),
		(line("l0"), "reference price elsewhere".into()),
	]);
	picture.finish()
}

/// Text as it may stand in XML.
fn escape(text: &str) -> String {
	text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

#[cfg(test)]
#[path = "chart_tests.rs"]
mod tests;

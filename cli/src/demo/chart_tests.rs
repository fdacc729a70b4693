// SPDX-License-Identifier: Apache-2.0

#![allow(clippy::unwrap_used, reason = "a panic is how a test reports")]

use super::*;
use xmltree::Element;

fn blocks(count: u64) -> Vec<BlockFigures> {
	let block = |number: u64| BlockFigures {
		number,
		operations: 20,
		joint: 20,
		slots: [32, 32],
		join_slots: 32,
		constraints: 1_000_000,
		proving: Some(30.0),
		built: 10.0 * number as f64,
		stages: [2.0, 32.0, 40.0, 43.0].map(|at| [Some(at), Some(at + number as f64 / 10.0)]),
	};
	(1..=count).map(block).collect()
}

fn trades(count: usize) -> Vec<TradeFigures> {
	let trade = |order: usize| TradeFigures {
		order,
		block: 1,
		trader: "noise",
		sells: "USDT",
		amount: "1".into(),
		out: "1".into(),
		reference: 2_000.0 + order as f64,
		price: 1_999.0 + order as f64 * 1.1,
	};
	(1..=count).map(trade).collect()
}

/// Every element below, with itself.
fn all(element: &Element) -> Vec<&Element> {
	let below = element.children.iter().filter_map(|child| child.as_element()).flat_map(all);
	[element].into_iter().chain(below).collect()
}

fn number(element: &Element, name: &str) -> f64 {
	element.attributes[name].parse().unwrap()
}

/// Reads it as XML; whatever has a place is on the picture.
fn read(svg: &str) -> Element {
	let root = Element::parse(svg.as_bytes()).unwrap();
	assert_eq!(root.name, "svg");
	for element in all(&root) {
		for (name, most) in
			[("x", WIDTH), ("x1", WIDTH), ("x2", WIDTH), ("y", HEIGHT), ("y1", HEIGHT)]
		{
			if element.attributes.contains_key(name) {
				let value = number(element, name);
				assert!((0.0..=most).contains(&value), "{} has {name} = {value}", element.name);
			}
		}
		if let Some(points) = element.attributes.get("points") {
			for point in points.split_whitespace() {
				let (x, y) = point.split_once(',').unwrap();
				assert!((LEFT..=WIDTH - RIGHT).contains(&x.parse().unwrap()), "{point}");
				assert!(
					(TOP - 0.1..=HEIGHT - BOTTOM + 0.1).contains(&y.parse().unwrap()),
					"{point}"
				);
			}
		}
	}
	root
}

fn classes<'a>(root: &'a Element, class: &str) -> Vec<&'a Element> {
	let has = |element: &&Element| {
		let classes = element.attributes.get("class");
		classes.is_some_and(|classes| classes.split(' ').any(|other| other == class))
	};
	all(root).into_iter().filter(has).collect()
}

#[test]
fn a_bar_should_have_a_part_for_each_stage() {
	for count in [1, 12, 200] {
		let root = read(&latency(&blocks(count)));
		for stage in ["s0", "s1", "s2", "s3"] {
			// One more in the legend.
			assert_eq!(classes(&root, stage).len() as u64, count + 1);
		}
		// The parts stand on each other, and are as high as the seconds.
		let heights =
			["s0", "s1", "s2", "s3"].map(|stage| number(classes(&root, stage)[0], "height"));
		assert!(heights[1] > 3.0 * heights[2] && heights[2] > heights[3], "{heights:?}");
	}
	assert_eq!(classes(&read(&latency(&[])), "s0").len(), 1);
	let mut open = blocks(2);
	open[1].stages[3][0] = None;
	assert_eq!(classes(&read(&latency(&open)), "s0").len(), 2);
}

#[test]
fn both_prices_should_have_a_point_for_each_trade() {
	for count in [1, 2, 240] {
		let root = read(&price(&trades(count)));
		for class in ["l0", "l1"] {
			let line = classes(&root, class).into_iter().find(|element| element.name == "polyline");
			let points = &line.unwrap().attributes["points"];
			assert_eq!(points.split_whitespace().count(), count);
		}
	}
	read(&price(&[]));
}

#[test]
fn pictures_should_be_for_light_and_dark_pages_and_say_what_they_show() {
	for svg in [latency(&blocks(3)), price(&trades(3))] {
		assert!(svg.contains("prefers-color-scheme: dark"));
		let root = read(&svg);
		assert!(root.get_child("title").is_some() && root.get_child("desc").is_some());
	}
}

#[test]
fn ticks_should_be_round_and_cover_the_range() {
	assert_eq!(ticks(0.0, 43.0), [0.0, 10.0, 20.0, 30.0, 40.0, 50.0]);
	assert_eq!(ticks(1_990.0, 2_050.0), [1_980.0, 2_000.0, 2_020.0, 2_040.0, 2_060.0]);
	for (low, high) in [(0.0, 0.3), (7.0, 7.1), (1.0, 240.0), (0.0, 1.0)] {
		let ticks = ticks(low, high);
		assert!(ticks[0] <= low && *ticks.last().unwrap() >= high, "{ticks:?}");
		assert!((3..=9).contains(&ticks.len()), "{ticks:?}");
	}
}

#[test]
fn text_should_be_escaped() {
	assert_eq!(escape("a<b> & \"c\""), "a&lt;b&gt; &amp; &quot;c&quot;");
}

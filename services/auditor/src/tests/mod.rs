// SPDX-License-Identifier: Apache-2.0

//! Faults, each put into an otherwise honest history.

mod evidence;
mod faults;
mod story;
mod time;
mod world;

use crate::{Auditor, Finding, Patience, What, books::Books, page::Page};
use world::World;

/// What is found in pages.
fn audit(pages: &[Page]) -> Vec<Finding> {
	let mut auditor = auditor();
	pages.iter().flat_map(|page| auditor.read(page)).collect()
}

fn auditor() -> Auditor {
	Auditor::new(World::identities().map(Books::new), Patience::default())
}

/// The same without what there always is: everybody knows the keys of these tests.
fn faults(pages: &[Page]) -> Vec<Finding> {
	let mut found = audit(pages);
	found.retain(|finding| finding.what != What::DevelopmentKeys);
	found
}

/// The names of findings, in their order.
fn names(found: &[Finding]) -> Vec<&'static str> {
	found.iter().map(|finding| finding.what.name()).collect()
}

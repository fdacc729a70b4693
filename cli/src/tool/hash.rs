// SPDX-License-Identifier: Apache-2.0

//! `ligature tool hash`.

use clap::Args;
use ligature_primitives::poseidon::{self, Domain};

use crate::{
	failure::Failure,
	input::{show_word, word},
};

/// The hash of section 3 of the protocol.
#[derive(Args)]
pub struct Hash {
	/// The tag of the domain, such as `owner`, `key`, `account`, `nodeacct` or `tx`
	tag: String,
	/// One word or more, decimal or hexadecimal after 0x
	#[arg(required = true, allow_negative_numbers = true)]
	words: Vec<String>,
}

impl Hash {
	pub fn run(self) -> Result<String, Failure> {
		let Some(domain) = Domain::ALL.into_iter().find(|domain| domain.to_string() == self.tag)
		else {
			let tags: Vec<_> = Domain::ALL.iter().map(Domain::to_string).collect();
			return Err(Failure::input(
				format!("the protocol has no domain with the tag `{}`", self.tag),
				format!("the tags are {}", tags.join(", ")),
			));
		};
		let words: Vec<_> = self.words.iter().map(|text| word(text)).collect::<Result<_, _>>()?;
		Ok(show_word(&poseidon::hash(domain, &words)) + "\n")
	}
}

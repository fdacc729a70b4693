// SPDX-License-Identifier: Apache-2.0

//! `ligature tool poseidon`.

use clap::Args;
use ligature_primitives::poseidon::{Word, permute3, permute5};

use crate::{
	failure::Failure,
	input::{show_word, word},
};

/// The bare permutation, for comparison with other implementations.
#[derive(Args)]
pub struct Poseidon {
	/// Width of the state
	#[arg(long, value_parser = ["3", "5"])]
	t: String,
	/// The state: as many words as the width, decimal or hexadecimal after 0x
	#[arg(required = true, allow_negative_numbers = true)]
	words: Vec<String>,
}

impl Poseidon {
	pub fn run(self) -> Result<String, Failure> {
		let words: Vec<Word> =
			self.words.iter().map(|text| word(text)).collect::<Result<_, _>>()?;
		let state = match words[..] {
			[a, b, c] if self.t == "3" => {
				let mut state = [a, b, c];
				permute3(&mut state);
				state.to_vec()
			},
			[a, b, c, d, e] if self.t == "5" => {
				let mut state = [a, b, c, d, e];
				permute5(&mut state);
				state.to_vec()
			},
			_ => {
				return Err(Failure::input(
					format!("a state of width {} does not have {} words", self.t, words.len()),
					format!("write {} words after --t {}", self.t, self.t),
				));
			},
		};
		Ok(state.iter().map(|word| show_word(word) + "\n").collect())
	}
}

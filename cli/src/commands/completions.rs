// SPDX-License-Identifier: Apache-2.0

//! `ligature completions`.

use clap::{Args, CommandFactory};
use clap_complete::{Shell, generate};

use crate::{app::App, failure::Failure, ui::print_out};

/// Print what makes a shell complete this command
///
/// bash: ligature completions bash > ~/.local/share/bash-completion/completions/ligature
/// zsh:  ligature completions zsh > DIRECTORY_OF_FPATH/_ligature
/// fish: ligature completions fish > ~/.config/fish/completions/ligature.fish
#[derive(Args)]
#[command(verbatim_doc_comment)]
pub struct Completions {
	/// The shell
	shell: Shell,
}

impl Completions {
	/// Prints them.
	pub fn run(self) -> Result<(), Failure> {
		let mut output = Vec::new();
		generate(self.shell, &mut App::command(), "ligature", &mut output);
		print_out(&String::from_utf8_lossy(&output))
	}
}

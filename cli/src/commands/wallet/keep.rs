// SPDX-License-Identifier: Apache-2.0

//! `ligature wallet new` and `ligature wallet import`.

use std::{
	io::{self, IsTerminal},
	path::PathBuf,
};

use clap::Args;
use serde_json::json;
use zeroize::Zeroizing;

use crate::{
	commands::common::{Output, Password, ask_hidden, read_input},
	failure::Failure,
	report::Fields,
	wallet::{
		Wallet,
		file::{WalletFile, locate},
	},
};

#[derive(Args)]
pub struct New {
	#[command(flatten)]
	place: Place,
}

#[derive(Args)]
pub struct Import {
	#[command(flatten)]
	place: Place,
}

/// Where a wallet is written, and under which password.
#[derive(Args)]
struct Place {
	/// What to call it; a file if it has a / or ends in .json [env: LIGATURE_WALLET=]
	#[arg(
		value_name = "WALLET",
		env = "LIGATURE_WALLET",
		hide_env = true,
		default_value = "default"
	)]
	wallet: String,
	/// Keep the phrase without a password: whoever reads the file has the funds
	#[arg(long, conflicts_with = "password_file")]
	no_password: bool,
	#[command(flatten)]
	password: Password,
	#[command(flatten)]
	output: Output,
}

impl New {
	pub fn run(self) -> Result<(), Failure> {
		let path = self.place.free_path()?;
		let (_, phrase) = Wallet::generate()?;
		let file = self.place.write(&phrase, &path)?;
		let human = format!(
			"{}\nphrase  {}\n\nWrite the phrase down, on paper: it is shown only now, and it alone brings \
			the wallet back.\nNobody who asks for it means well.",
			fields(&file, &path).into_lines().trim_end(),
			*phrase
		);
		let mut json = serde_json::Value::Object(fields(&file, &path).into_json());
		json["phrase"] = json!(*phrase);
		self.place.output.ui().print(human, &json)
	}
}

impl Import {
	pub fn run(self) -> Result<(), Failure> {
		let path = self.place.free_path()?;
		let phrase = if io::stdin().is_terminal() {
			ask_hidden("Phrase, or another secret: ")?
		} else {
			read_input()?
		};
		if phrase.trim().is_empty() {
			return Err(Failure::input("there is no phrase", "write it to standard input"));
		}
		// A bad phrase is refused before a password is asked.
		Wallet::from_suri(&phrase)?;
		let file = self.place.write(&phrase, &path)?;
		let fields = || fields(&file, &path);
		let json = serde_json::Value::Object(fields().into_json());
		self.place.output.ui().print(fields().into_lines(), &json)
	}
}

impl Place {
	/// Where the wallet will lie. That there is one already is said before anything is asked.
	fn free_path(&self) -> Result<PathBuf, Failure> {
		let path = locate(&self.wallet)?;
		match path.try_exists() {
			Ok(true) => Err(Failure::failed(
				format!("there is a wallet already: {}", path.display()),
				"wallets are never overwritten: choose another name, or move that file away yourself",
			)),
			_ => Ok(path),
		}
	}

	fn write(&self, phrase: &str, path: &std::path::Path) -> Result<WalletFile, Failure> {
		let password = self.password()?;
		let file = WalletFile::new(phrase, password.as_ref().map(|password| password.as_str()))?;
		file.create(path)?;
		Ok(file)
	}

	/// The new password, asked twice on a terminal; none if none is wanted.
	fn password(&self) -> Result<Option<Zeroizing<String>>, Failure> {
		if self.no_password {
			return Ok(None);
		}
		let password = match self.password.given()? {
			Some(password) => password,
			None if io::stdin().is_terminal() => {
				let password = ask_hidden("New password: ")?;
				if *ask_hidden("The same again: ")? != *password {
					return Err(Failure::input("the two passwords differ", "try again"));
				}
				password
			},
			None => {
				return Err(Failure::input(
					"the wallet needs a password, and there is no terminal to ask for one",
					"name a file with --password-file, set LIGATURE_WALLET_PASSWORD, or write --no-password",
				));
			},
		};
		if password.is_empty() {
			return Err(Failure::input(
				"the password is empty",
				"write --no-password if you want none",
			));
		}
		Ok(Some(password))
	}
}

fn fields(file: &WalletFile, path: &std::path::Path) -> Fields {
	Fields::default()
		.with("address", file.address.clone())
		.with("owner", file.owner.clone())
		.with("key", file.key.clone())
		.with("locked", file.is_locked())
		.with("file", path.display().to_string())
}

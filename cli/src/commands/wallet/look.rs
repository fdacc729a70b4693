// SPDX-License-Identifier: Apache-2.0

//! `ligature wallet address` and `ligature wallet list`.

use std::{fs, io, path::PathBuf};

use clap::Args;
use serde_json::{Value, json};

use crate::{
	commands::common::{Output, Who},
	failure::Failure,
	report::Fields,
	ui::Table,
	wallet::{
		Wallet,
		file::{self, WalletFile},
	},
};

#[derive(Args)]
pub struct Address {
	#[command(flatten)]
	who: Who,
	#[command(flatten)]
	output: Output,
}

#[derive(Args)]
pub struct List {
	#[command(flatten)]
	output: Output,
}

impl Address {
	pub fn run(self) -> Result<(), Failure> {
		let (address, owner, key) = match self.who.suri() {
			Some(suri) => {
				let wallet = Wallet::from_suri(suri)?;
				(wallet.address(), wallet.owner().to_string(), wallet.key().to_string())
			},
			None => {
				let path = self.who.path()?;
				let file = WalletFile::read(&path)?;
				(file.address.clone(), file.owner.clone(), file.key(&path)?.to_string())
			},
		};
		let fields = || {
			Fields::default()
				.with("address", address.clone())
				.with("owner", owner.clone())
				.with("key", key.clone())
		};
		let json = Value::Object(fields().into_json());
		self.output.ui().print(fields().into_lines(), &json)
	}
}

impl List {
	pub fn run(self) -> Result<(), Failure> {
		let folder = file::folder();
		let mut table = Table::new(&["wallet", "address", "password"]);
		let mut json = Vec::new();
		for (name, path) in files(&folder)? {
			match WalletFile::read(&path) {
				Ok(file) => {
					let locked = if file.is_locked() { "yes" } else { "no" };
					table.row([&name, &file.address, locked]);
					json.push(json!({
						"wallet": name,
						"address": file.address,
						"owner": file.owner,
						"key": file.key,
						"locked": file.is_locked(),
						"file": path.display().to_string(),
					}));
				},
				Err(failure) => {
					let error = failure.to_json()["error"]["what"].clone();
					table.row([&name, error.as_str().unwrap_or_default(), ""]);
					json.push(json!({ "wallet": name, "damaged": error }));
				},
			}
		}
		let human = match table.is_empty() {
			true => format!(
				"there are no wallets in {}; make one: `ligature wallet new`",
				folder.display()
			),
			false => table.to_string(),
		};
		self.output.ui().print(human, &json!({ "wallets": json }))
	}
}

/// Names and places of the files, by name.
fn files(folder: &std::path::Path) -> Result<Vec<(String, PathBuf)>, Failure> {
	let entries = match fs::read_dir(folder) {
		Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
		entries => entries?,
	};
	let mut files = Vec::new();
	for entry in entries {
		let path = entry?.path();
		if path.extension().is_some_and(|extension| extension == "json")
			&& let Some(name) = path.file_stem()
		{
			files.push((name.to_string_lossy().into_owned(), path));
		}
	}
	files.sort();
	Ok(files)
}

// SPDX-License-Identifier: Apache-2.0

//! What many commands are told in the same way: where the network is, whose wallet, how to show it.

use std::{
	env, fs,
	io::{self, IsTerminal, Read},
	path::PathBuf,
	time::Duration,
};

use clap::Args;
use ligature_primitives::{
	amount::Fee,
	ids::{ChainId, Owner},
};
use zeroize::Zeroizing;

use crate::{
	amounts::parse_percent,
	endpoints::Endpoints,
	failure::Failure,
	session::{Session, Terms, Token},
	ui::Ui,
	wallet::{
		Wallet, address,
		file::{WalletFile, locate},
	},
};

/// Names the wallet, if no flag does.
const WALLET_VARIABLE: &str = "LIGATURE_WALLET";
/// Has the wallet's password, if no flag names a file with it.
const PASSWORD_VARIABLE: &str = "LIGATURE_WALLET_PASSWORD";
/// The wallet that is used if nobody names one.
const DEFAULT_WALLET: &str = "default";

/// Where the network is, and how to show what it says.
#[derive(Args, Clone, Debug)]
pub struct Link {
	/// The operator's JSON-RPC [default: that of a running devnet, else http://127.0.0.1:9700]
	#[arg(long, env = "LIGATURE_OPERATOR", value_name = "URL", help_heading = "Network")]
	operator: Option<String>,
	/// JSON-RPC of a chain, in the place of the one that the operator names; once per chain
	#[arg(long, value_name = "URL", help_heading = "Network")]
	chain_url: Vec<String>,
	#[command(flatten)]
	output: Output,
}

/// How to show it.
#[derive(Args, Clone, Copy, Debug)]
pub struct Output {
	/// Print JSON: amounts are texts, `units` in the token's smallest unit
	#[arg(long)]
	json: bool,
}

impl Output {
	/// How to show it.
	pub const fn ui(self) -> Ui {
		Ui::new(self.json)
	}
}

impl Link {
	/// How to show it.
	pub const fn ui(&self) -> Ui {
		self.output.ui()
	}

	/// Connects.
	pub async fn session(&self) -> Result<Session, Failure> {
		let endpoints = Endpoints::discover(self.operator.clone(), self.chain_url.clone())?;
		Session::connect(&endpoints).await
	}
}

/// Whose keys.
#[derive(Args, Clone)]
pub struct Who {
	/// The wallet: a name, or a file (with a / or ending in .json) [env: LIGATURE_WALLET=] [default: default]
	#[arg(long, value_name = "WALLET", conflicts_with = "suri", help_heading = "Wallet")]
	wallet: Option<String>,
	/// A development account, as //Alice, in the place of a wallet; other programs can see what is written here
	#[arg(long, value_name = "SURI", help_heading = "Wallet")]
	suri: Option<String>,
	#[command(flatten)]
	password: Password,
}

/// Where a wallet's password comes from.
#[derive(Args, Clone)]
pub struct Password {
	/// A file with the wallet's password [env: LIGATURE_WALLET_PASSWORD= has the password itself] [default: asks]
	#[arg(long, value_name = "FILE", help_heading = "Wallet")]
	password_file: Option<PathBuf>,
}

impl Who {
	/// Where the wallet lies.
	pub fn path(&self) -> Result<PathBuf, Failure> {
		let named = self.wallet.clone();
		let variable = || env::var(WALLET_VARIABLE).ok().filter(|name| !name.is_empty());
		locate(&named.or_else(variable).unwrap_or_else(|| DEFAULT_WALLET.into()))
	}

	/// The keys; the password is asked if there is one.
	pub fn wallet(&self) -> Result<Wallet, Failure> {
		if let Some(suri) = &self.suri {
			return Wallet::from_suri(suri);
		}
		let path = self.path()?;
		WalletFile::read(&path)?.open(&path, || self.password.get())
	}

	/// The account alone, which needs no password.
	pub fn owner(&self) -> Result<Owner, Failure> {
		match &self.suri {
			Some(suri) => Ok(Wallet::from_suri(suri)?.owner()),
			None => address::parse(&WalletFile::read(&self.path()?)?.owner),
		}
	}

	/// Whether a development account stands for a wallet.
	pub fn suri(&self) -> Option<&str> {
		self.suri.as_deref()
	}
}

impl Password {
	/// The password, if it is given without asking.
	pub fn given(&self) -> Result<Option<Zeroizing<String>>, Failure> {
		if let Some(path) = &self.password_file {
			let text = fs::read_to_string(path).map_err(|error| {
				Failure::failed(
					format!("cannot read the password from {}: {error}", path.display()),
					"name a file that can be read, with the password in its first line",
				)
			})?;
			let text = Zeroizing::new(text);
			return Ok(Some(Zeroizing::new(text.lines().next().unwrap_or_default().into())));
		}
		Ok(env::var(PASSWORD_VARIABLE).ok().map(Zeroizing::new))
	}

	/// The password, asked on the terminal if it is not given.
	pub fn get(&self) -> Result<Zeroizing<String>, Failure> {
		match self.given()? {
			Some(password) => Ok(password),
			None if io::stdin().is_terminal() => ask_hidden("Password of the wallet: "),
			None => Err(Failure::input(
				"the wallet has a password, and there is no terminal to ask for it",
				format!("name a file with --password-file, or set {PASSWORD_VARIABLE}"),
			)),
		}
	}
}

/// Asks on the terminal without showing what is written.
pub fn ask_hidden(question: &str) -> Result<Zeroizing<String>, Failure> {
	Ok(Zeroizing::new(rpassword::prompt_password(question)?))
}

/// Reads all of standard input, as one line.
pub fn read_input() -> Result<Zeroizing<String>, Failure> {
	let mut text = Zeroizing::new(String::new());
	io::stdin().read_to_string(&mut text)?;
	Ok(Zeroizing::new(text.split_whitespace().collect::<Vec<_>>().join(" ")))
}

/// How a transaction of the ledger is signed and followed.
#[derive(Args, Clone, Debug)]
pub struct Signing {
	/// What the operator gets, in the fee's token [default: the least that it takes]
	#[arg(long, value_name = "AMOUNT")]
	fee: Option<String>,
	/// For how many seconds the transaction is good
	#[arg(long, value_name = "SECONDS", default_value_t = 3_600)]
	valid: u64,
	#[command(flatten)]
	pub follow: Follow,
}

impl Signing {
	/// The terms, with a fee in this token.
	pub fn terms(&self, fee_token: &Token) -> Result<Terms, Failure> {
		let fee = match &self.fee {
			None => None,
			Some(text) => {
				let units = fee_token.parse(text)?.get();
				Some(Fee::new(units).map_err(|refusal| {
					Failure::input(format!("the fee {text} is refused: {refusal}"), "offer less")
				})?)
			},
		};
		Ok(Terms { valid: Duration::from_secs(self.valid), fee, ..Terms::default() })
	}
}

/// How long to follow what was sent.
#[derive(Args, Clone, Copy, Debug)]
pub struct Follow {
	/// Follow it until it is executed on all chains
	#[arg(long, conflicts_with = "no_wait")]
	pub watch: bool,
	/// Do not wait: print the hash once it is sent
	#[arg(long)]
	pub no_wait: bool,
	/// How many seconds to wait at most
	#[arg(long, value_name = "SECONDS", default_value_t = 600)]
	timeout: u64,
}

impl Follow {
	/// How long to wait.
	pub const fn patience(self) -> Duration {
		Duration::from_secs(self.timeout)
	}
}

/// Whether to ask before something is sent.
#[derive(Args, Clone, Copy, Debug)]
pub struct Ask {
	/// Do not ask before it is sent
	#[arg(long, short)]
	yes: bool,
}

impl Ask {
	/// Asks on a terminal; elsewhere, and with `--yes`, the answer is yes.
	pub fn go_on(self, ui: Ui, question: &str) -> Result<(), Failure> {
		if self.yes || !ui.interactive() || ui.confirm(question)? {
			return Ok(());
		}
		Err(Failure::failed("it was not confirmed; nothing was sent", "answer y, or write --yes"))
	}
}

/// How much the price may move until a block is built.
#[derive(Args, Clone, Debug)]
pub struct Slippage {
	/// How much worse than the quote it may become, in percent
	#[arg(long, value_name = "PERCENT", default_value = "0.5%", value_parser = percent)]
	pub slippage: u16,
}

/// A percentage in hundredths of a percent, for clap.
pub fn percent(text: &str) -> Result<u16, String> {
	parse_percent(text).map_err(|failure| failure.to_string().replace("error: ", ""))
}

/// The chain that an option names.
pub fn chain_of(session: &Session, chain: Option<&str>) -> Result<Option<ChainId>, Failure> {
	chain.map(|chain| session.chain_named(chain)).transpose()
}

// SPDX-License-Identifier: Apache-2.0

//! What an auditor finds: a stable name, how bad it is, where it is, and what to do.

mod fault;
mod text;
mod what;

pub use fault::{CertificateFault, Due, Evidence, ProofFault};
pub use what::What;

use ligature_primitives::{
	header::Digest,
	ids::{BlockNumber, ChainId},
};
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};
use std::{fmt, str::FromStr};

/// How bad a finding is.
#[derive(
	Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize,
)]
#[serde(rename_all = "lowercase")]
pub enum Severity {
	/// It is allowed, and may matter to users.
	Notice,
	/// Something does not go on as it should. Nothing is lost.
	#[default]
	Warning,
	/// A rule of the protocol is broken, or users must act.
	Alarm,
}

impl Severity {
	/// As it is written.
	pub const fn name(self) -> &'static str {
		match self {
			Self::Notice => "notice",
			Self::Warning => "warning",
			Self::Alarm => "alarm",
		}
	}
}

impl fmt::Display for Severity {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		f.write_str(self.name())
	}
}

impl FromStr for Severity {
	type Err = String;

	fn from_str(text: &str) -> Result<Self, String> {
		let known = [Self::Notice, Self::Warning, Self::Alarm];
		let found = known.into_iter().find(|severity| severity.name() == text);
		found.ok_or_else(|| format!("`{text}` is no severity: take notice, warning or alarm"))
	}
}

/// Something that an auditor has found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
	/// The chain on which it is seen.
	pub chain: ChainId,
	/// The chain's block up to which it was read.
	pub at: u32,
	/// The block of the rollup that it is about, if it is about one: its number, and its header hash.
	pub block: Option<(BlockNumber, Digest)>,
	/// What it is.
	pub what: What,
}

/// What makes two findings the same one, which is told once.
pub(crate) type Identity = (ChainId, &'static str, Option<(BlockNumber, Digest)>, String);

impl Finding {
	/// What makes it the same as another. Of what is looked at again and again, how much it was does not count.
	pub(crate) fn identity(&self) -> Identity {
		(self.chain, self.what.name(), self.block, self.what.subject(self.at))
	}

	/// For machines.
	pub fn to_json(&self) -> Value {
		json!({
			"name": self.what.name(),
			"severity": self.what.severity(),
			"chain": self.chain.0,
			"at": self.at,
			"block": self.block.map(|(number, _)| number.0),
			"hash": self.block.map(|(_, hash)| hex_of(&hash)),
			"what": self.what.to_string(),
			"help": self.what.remedy(),
		})
	}
}

impl fmt::Display for Finding {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		let Self { chain, at, block, what } = self;
		write!(f, "{} {}: chain {chain}, block {at}", what.severity(), what.name())?;
		if let Some((number, hash)) = block {
			write!(f, ", block {number} of the rollup ({}…)", &hex_of(hash)[..10])?;
		}
		write!(f, ": {what}; {}", what.remedy())
	}
}

/// Bytes as people write them.
pub(crate) fn hex_of(bytes: &[u8]) -> String {
	format!("0x{}", hex::encode(bytes))
}

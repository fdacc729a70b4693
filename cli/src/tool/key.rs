// SPDX-License-Identifier: Apache-2.0

//! `ligature tool key`: the keys of L2 accounts.

use clap::{Args, Subcommand};
use ligature_primitives::{
	keys::{KeyPoint, PublicKey, SEED_BYTES, SecretKey, Signature, derivation_message, verify},
	refusal::Refusal,
};
use zeroize::Zeroizing;

use crate::{
	failure::{Failure, explain},
	input::{array, bytes, show_word, word},
	report::Fields,
};

/// Secrets are read from standard input where `-` stands for them, so that no other program sees them
/// in the list of processes.
#[derive(Subcommand)]
pub enum Key {
	/// Make a key from a seed, or from a new random one
	New {
		/// 32 secret random bytes in hexadecimal; `-` reads them from standard input
		#[arg(long)]
		seed: Option<String>,
	},
	/// Print the text that an L1 key signs, so that its signature makes an L2 key
	L1Message {
		/// The network's id
		#[arg(long)]
		network: u32,
	},
	/// Show the key that an L1 signature of that text makes
	FromL1Signature {
		/// The 64 bytes of the ed25519 signature in hexadecimal; `-` reads them from standard input
		signature: String,
	},
	/// Check a public key and show its point and its word
	Show {
		/// 0x and 64 hexadecimal digits
		key: PublicKey,
	},
	/// Sign a word, such as a transaction hash
	Sign {
		#[command(flatten)]
		secret: Secret,
		/// The word, decimal or hexadecimal after 0x
		word: String,
	},
	/// Check a signature of a word
	Verify {
		/// The public key: 0x and 64 hexadecimal digits
		key: PublicKey,
		/// The word, decimal or hexadecimal after 0x
		word: String,
		/// The 64 bytes of the signature in hexadecimal: R, then s
		signature: String,
	},
}

/// Where a secret key comes from.
#[derive(Args)]
#[group(required = true, multiple = false)]
pub struct Secret {
	/// The key's seed: 32 bytes in hexadecimal; `-` reads them from standard input
	#[arg(long)]
	seed: Option<String>,
	/// The L1 signature that the key was made of: 64 bytes in hexadecimal; `-` reads them from
	/// standard input
	#[arg(long)]
	l1_signature: Option<String>,
}

impl Secret {
	fn key(&self) -> Result<SecretKey, Failure> {
		match (&self.seed, &self.l1_signature) {
			(Some(seed), _) => from_seed(seed),
			(None, Some(signature)) => from_l1_signature(signature),
			(None, None) => {
				Err(Failure::input("no secret is given", "write --seed or --l1-signature"))
			},
		}
	}
}

impl Key {
	pub fn run(self) -> Result<String, Failure> {
		match self {
			Self::New { seed: Some(seed) } => Ok(show(from_seed(&seed)?.key_point()).into_lines()),
			Self::New { seed: None } => {
				let mut seed = Zeroizing::new([0; SEED_BYTES]);
				getrandom::fill(&mut seed[..]).map_err(std::io::Error::from)?;
				let fields = Fields::default().with("seed (keep it secret)", hex_of(&seed[..]));
				Ok(fields.into_lines()
					+ &show(SecretKey::from_seed(&seed).key_point()).into_lines())
			},
			Self::L1Message { network } => Ok(derivation_message(network) + "\n"),
			Self::FromL1Signature { signature } => {
				Ok(show(from_l1_signature(&signature)?.key_point()).into_lines())
			},
			Self::Show { key } => {
				let point = key.validate().map_err(|error| {
					Failure::input(
						format!("the key is refused: {}", explain(error.into())),
						format!("more exactly: {error}"),
					)
				})?;
				Ok(show(&point).into_lines())
			},
			Self::Sign { secret, word: text } => {
				Ok(hex_of(&secret.key()?.sign(&word(&text)?).to_bytes()) + "\n")
			},
			Self::Verify { key, word: text, signature } => {
				let signature = Signature::from_bytes(&array(&signature, "the signature")?);
				let word = word(&text)?;
				verify(&key, &word, &signature).map_err(|error| {
					Failure::check(
						format!("the signature is refused: {}", explain(Refusal::from(error))),
						format!("more exactly: {error}"),
						"",
					)
				})?;
				Ok("valid\n".into())
			},
		}
	}
}

fn from_seed(text: &str) -> Result<SecretKey, Failure> {
	Ok(SecretKey::from_seed(&Zeroizing::new(array(text, "the seed")?)))
}

fn from_l1_signature(text: &str) -> Result<SecretKey, Failure> {
	let signature = Zeroizing::new(bytes(text, "the L1 signature")?);
	if signature.len() != 64 {
		return Err(Failure::input(
			format!("the L1 signature has {} bytes", signature.len()),
			"an ed25519 signature has 64 bytes; those of other schemes are not deterministic",
		));
	}
	Ok(SecretKey::from_l1_signature(&signature))
}

fn show(key: &KeyPoint) -> Fields {
	Fields::default()
		.with("public key", key.public_key())
		.with("x", show_word(&key.x()))
		.with("y", show_word(&key.y()))
		.with("key word", show_word(&key.word()))
}

fn hex_of(bytes: &[u8]) -> String {
	format!("0x{}", hex::encode(bytes))
}

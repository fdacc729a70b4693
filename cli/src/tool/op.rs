// SPDX-License-Identifier: Apache-2.0

//! `ligature tool op`: public data and signed transactions.

use std::fmt::Write;

use clap::{Args, Subcommand};
use ligature_primitives::{
	constants::SizeClass,
	op::Transaction,
	pubdata::{Malformed, Placement, PublicData},
	refusal::Refusal,
};
use serde_json::{Value, json};

use crate::{
	failure::{Failure, explain},
	input::{bytes, show_word},
	report,
};

/// What operations leave behind, and what enters them.
#[derive(Subcommand)]
pub enum Op {
	/// Explain the public data of one chain and block
	Decode(Decode),
	/// Explain a signed transaction and check its signature
	Tx(Tx),
}

impl Op {
	pub fn run(self) -> Result<String, Failure> {
		match self {
			Self::Decode(tool) => tool.run(),
			Self::Tx(tool) => tool.run(),
		}
	}
}

#[derive(Args)]
pub struct Decode {
	/// The bytes in hexadecimal, with or without 0x before them; `-` reads them from standard input
	hex: String,
	/// Size class of the chain's half, as the header gives it [default: the smallest that fits]
	#[arg(long, value_parser = clap::value_parser!(u8).range(0..=4))]
	class: Option<u8>,
	/// Print JSON; amounts are texts in it
	#[arg(long)]
	json: bool,
}

impl Decode {
	pub fn run(self) -> Result<String, Failure> {
		let bytes = bytes(&self.hex, "the public data")?;
		let (data, class) =
			decode(&bytes, self.class).map_err(|Malformed { refusal, offset }| {
				Failure::input(
					format!("the public data is refused at byte {offset}: {}", explain(refusal)),
					match refusal {
						Refusal::BlockFull | Refusal::DataFull => {
							"give the size class of the header with --class, or leave it out"
						},
						Refusal::UnexpectedEnd => "look whether the bytes were cut off",
						_ => "section 9 of docs/protocol.md says what stands there",
					},
				)
			})?;
		let cannot =
			|refusal| Failure::input(explain(refusal), "report this: it decodes, so it expands");
		let commitment = show_word(&data.commitment(class).map_err(cannot)?);
		let mut placement = Placement::new(class);
		let mut halves = Vec::new();
		for half in &data.halves {
			halves.push((placement.place(half.place()).map_err(cannot)?, half));
		}
		if self.json {
			let registers: Vec<Value> = data
				.registers
				.iter()
				.map(|register| {
					json!({
						"pool": register.slot.0,
						"own": register.own.to_string(),
						"foreign": register.foreign.to_string(),
					})
				})
				.collect();
			let halves: Vec<Value> = halves
				.iter()
				.map(|(slot, half)| {
					json!({
						"slot": slot,
						"slots": half.place().cells(),
						"half": half.name(),
						"fields": report::half(half).into_json(),
					})
				})
				.collect();
			let value = json!({
				"bytes": bytes.len(),
				"class": class.get(),
				"slots_used": placement.used(),
				"registers": registers,
				"halves": halves,
				"commitment": commitment,
			});
			return Ok(format!("{value:#}\n"));
		}
		let mut out = format!(
			"{} bytes, size class {}: {} of {} slots\n",
			bytes.len(),
			class.get(),
			placement.used(),
			class.capacity(),
		);
		for (number, register) in data.registers.iter().enumerate() {
			let _ = writeln!(
				out,
				"register {number}  pool {}  own {}  foreign {}",
				register.slot, register.own, register.foreign
			);
		}
		for (slot, half) in halves {
			let slots = match half.place().cells() {
				1 => slot.to_string(),
				_ => format!("{slot}-{}", slot + 1),
			};
			let _ = writeln!(out, "slot {slots:<7}  {:<16}  {}", half.name(), report::half(half));
		}
		let _ = writeln!(out, "commitment {commitment}");
		Ok(out)
	}
}

/// Decodes for the class given, or for the smallest that holds the data.
fn decode(bytes: &[u8], class: Option<u8>) -> Result<(PublicData, SizeClass), Malformed> {
	if let Some(class) = class {
		let class =
			SizeClass::new(class).map_err(|refusal| Malformed { refusal, offset: bytes.len() })?;
		return Ok((PublicData::decode_located(bytes, class)?, class));
	}
	let mut result = Err(Malformed { refusal: Refusal::DataFull, offset: bytes.len() });
	for class in SizeClass::ALL {
		result = PublicData::decode_located(bytes, class).map(|data| (data, class));
		let too_small = matches!(
			result,
			Err(Malformed { refusal: Refusal::BlockFull | Refusal::DataFull, .. })
		);
		if !too_small {
			break;
		}
	}
	result
}

#[derive(Args)]
pub struct Tx {
	/// The bytes in hexadecimal, with or without 0x before them; `-` reads them from standard input
	hex: String,
	/// Print JSON; amounts are texts in it
	#[arg(long)]
	json: bool,
}

impl Tx {
	pub fn run(self) -> Result<String, Failure> {
		let bytes = bytes(&self.hex, "the transaction")?;
		let transaction = Transaction::decode(&bytes).map_err(|refusal| {
			Failure::input(
				format!("the transaction is refused: {}", explain(refusal)),
				"section 7.1 of docs/protocol.md gives the bytes of every kind",
			)
		})?;
		let verdict = transaction.verify();
		let fields = report::transaction(&transaction)
			.with("key", transaction.key())
			.with("hash", show_word(&transaction.hash()))
			.with("signature", verdict.map_or_else(Refusal::name, |()| "valid"));
		let output = if self.json {
			format!("{:#}\n", Value::Object(fields.into_json()))
		} else {
			fields.into_lines()
		};
		match verdict {
			Ok(()) => Ok(output),
			Err(refusal) => Err(Failure::check(
				format!("the transaction's signature is refused: {}", explain(refusal)),
				"sign the hash with the secret of this key again; any change of a field changes the hash",
				output,
			)),
		}
	}
}

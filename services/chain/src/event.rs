// SPDX-License-Identifier: Apache-2.0

//! Events of a block, and why a call failed.

use crate::{error::ChainError, storage, storage::Phase};
use std::fmt;
use subxt::{
	Metadata,
	ext::scale_value::{Composite, Primitive, Value, ValueDef, Variant},
};

/// An event.
#[derive(Clone, Debug, PartialEq)]
pub struct Event {
	/// The extrinsic that left it; none: the block itself did.
	pub extrinsic: Option<u32>,
	/// The pallet's name.
	pub pallet: String,
	/// The event's name.
	pub name: String,
	/// Its fields.
	pub fields: Composite<()>,
}

impl Event {
	/// Whether it is this one.
	pub fn is(&self, pallet: &str, name: &str) -> bool {
		self.pallet == pallet && self.name == name
	}

	/// A field.
	pub fn field(&self, name: &str) -> Option<&Value> {
		field(&self.fields, name)
	}

	/// A field that is a number, or a type around one such as an id or an amount.
	pub fn number(&self, name: &str) -> Option<u128> {
		number(self.field(name)?)
	}

	/// A field that is bytes, or a type around them such as an account or a hash.
	pub fn bytes(&self, name: &str) -> Option<Vec<u8>> {
		bytes(self.field(name)?)
	}

	/// A field that is 32 bytes: an account, a hash, a key.
	pub fn bytes32(&self, name: &str) -> Option<[u8; 32]> {
		self.bytes(name)?.try_into().ok()
	}
}

/// The events of a block, from the bytes of `System.Events` and the metadata of the runtime that executed the block.
///
/// # Errors
///
/// [`ChainError::Decode`].
pub fn events(bytes: &[u8], metadata: &Metadata) -> Result<Vec<Event>, ChainError> {
	let records = storage::event_records(metadata)?.decode(bytes, metadata)?;
	let event = |record: storage::EventRecord| {
		let extrinsic = match record.phase {
			Phase::ApplyExtrinsic(index) => Some(index),
			Phase::Finalization | Phase::Initialization => None,
		};
		let pallet = variant(record.event)?;
		let event = variant(pallet.values.into_values().next()?)?;
		Some(Event { extrinsic, pallet: pallet.name, name: event.name, fields: event.values })
	};
	records
		.into_iter()
		.map(|record| {
			event(record).ok_or_else(|| {
				ChainError::decode("an event", "it is not an event within that of a pallet")
			})
		})
		.collect()
}

/// Why a call failed.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct DispatchError {
	/// The pallet; empty if the error is none of a pallet's.
	pub pallet: String,
	/// The error's name.
	pub name: String,
	/// What the pallet says about it, and what to do.
	pub docs: String,
}

impl DispatchError {
	/// Whether it is this one.
	pub fn is(&self, pallet: &str, name: &str) -> bool {
		self.pallet == pallet && self.name == name
	}

	/// What a value of the runtime's type `DispatchError` says.
	pub(crate) fn of(value: &Value, metadata: &Metadata) -> Self {
		let ValueDef::Variant(error) = &value.value else {
			return Self::plain(value.to_string());
		};
		let inner = error.values.values().next();
		match inner {
			Some(inner) if error.name == "Module" => {
				Self::of_pallet(inner, metadata).unwrap_or_else(|| Self::plain(value.to_string()))
			},
			Some(Value { value: ValueDef::Variant(inner), .. }) => {
				Self::plain(format!("{}::{}", error.name, inner.name))
			},
			_ => Self::plain(error.name.clone()),
		}
	}

	fn plain(name: String) -> Self {
		Self { pallet: String::new(), name, docs: String::new() }
	}

	/// An error of a pallet, by the numbers of both.
	fn of_pallet(value: &Value, metadata: &Metadata) -> Option<Self> {
		let ValueDef::Composite(fields) = &value.value else { return None };
		let pallet = number(field(fields, "index")?)?;
		let error = bytes(field(fields, "error")?)?;
		let pallet = metadata.pallet_by_error_index(pallet.try_into().ok()?)?;
		let variant = pallet.error_variant_by_index(*error.first()?)?;
		let docs: Vec<_> = variant.docs.iter().map(|line| line.trim()).collect();
		Some(Self {
			pallet: pallet.name().into(),
			name: variant.name.clone(),
			docs: docs.join(" ").trim().into(),
		})
	}
}

impl fmt::Display for DispatchError {
	fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
		if !self.pallet.is_empty() {
			write!(f, "{}.", self.pallet)?;
		}
		f.write_str(&self.name)?;
		if self.docs.is_empty() { Ok(()) } else { write!(f, ": {}", self.docs) }
	}
}

/// What became of the extrinsic that left these events. The failure of what was called through sudo is a failure.
///
/// # Errors
///
/// [`ChainError::Decode`] if the runtime does not say.
pub fn outcome(
	events: &[Event],
	metadata: &Metadata,
) -> Result<Result<(), DispatchError>, ChainError> {
	let silent = || ChainError::decode("the outcome of a call", "the runtime does not say it");
	for event in events {
		if event.is("System", "ExtrinsicFailed") {
			let error = event.field("dispatch_error").ok_or_else(silent)?;
			return Ok(Err(DispatchError::of(error, metadata)));
		}
		if event.is("Sudo", "Sudid") {
			let result = event.field("sudo_result").ok_or_else(silent)?;
			let ValueDef::Variant(Variant { name, values }) = &result.value else {
				return Err(silent());
			};
			if name == "Err" {
				let error = values.values().next().ok_or_else(silent)?;
				return Ok(Err(DispatchError::of(error, metadata)));
			}
		}
	}
	if events.iter().any(|event| event.is("System", "ExtrinsicSuccess")) {
		Ok(Ok(()))
	} else {
		Err(silent())
	}
}

fn variant(value: Value) -> Option<Variant<()>> {
	match value.value {
		ValueDef::Variant(variant) => Some(variant),
		_ => None,
	}
}

fn field<'a>(fields: &'a Composite<()>, name: &str) -> Option<&'a Value> {
	match fields {
		Composite::Named(fields) => {
			fields.iter().find(|(found, _)| found == name).map(|(_, value)| value)
		},
		Composite::Unnamed(_) => None,
	}
}

/// A number, whatever types of one field are around it.
pub(crate) fn number(value: &Value) -> Option<u128> {
	match &value.value {
		ValueDef::Primitive(Primitive::U128(number)) => Some(*number),
		ValueDef::Composite(fields) if fields.len() == 1 => number(fields.values().next()?),
		_ => None,
	}
}

/// Bytes, whatever types of one field are around them.
pub(crate) fn bytes(value: &Value) -> Option<Vec<u8>> {
	let ValueDef::Composite(fields) = &value.value else { return None };
	if let (1, Some(Value { value: ValueDef::Composite(_), .. })) =
		(fields.len(), fields.values().next())
	{
		return bytes(fields.values().next()?);
	}
	fields
		.values()
		.map(|byte| match byte.value {
			ValueDef::Primitive(Primitive::U128(byte)) => u8::try_from(byte).ok(),
			_ => None,
		})
		.collect()
}

// SPDX-License-Identifier: Apache-2.0

//! Public data: the bytes per chain and block from which anyone replays the chain's state, and the
//! words that their commitment hashes.
//!
//! The stream is `registers ‖ half ‖ half ‖ …` (section 9 of `docs/protocol.md`). It has one canonical
//! form: a byte string decodes if and only if encoding the result gives the same bytes. Decoding
//! needs no state.

use ark_ff::AdditiveGroup;
use ark_std::vec::Vec;
use codec::{Decode, DecodeWithMemTracking, Encode, MaxEncodedLen};
use scale_info::TypeInfo;

use crate::{
	amount::Amount,
	bytes::{Fixed, take_u8},
	constants::{AMOUNT_BITS, MAX_POOLS, REGISTERS, SizeClass},
	ids::PoolSlot,
	op::{Cell, Half, Place, Reader, Writer},
	pack::Pack,
	poseidon::{Domain, Word, hash},
	refusal::Refusal,
};

/// A pool leaf that the block touches, with its reserves after the block.
#[derive(
	Clone,
	Copy,
	Debug,
	PartialEq,
	Eq,
	Encode,
	Decode,
	DecodeWithMemTracking,
	TypeInfo,
	MaxEncodedLen,
)]
pub struct Register {
	/// The leaf's place.
	pub slot: PoolSlot,
	/// The reserve on this chain.
	pub own: Amount,
	/// The reserve of the other side.
	pub foreign: Amount,
}

impl Register {
	/// The word that is hashed; an unused register is 0.
	pub fn word(&self) -> Word {
		Pack::new()
			.field(self.slot.0.into(), 16)
			.field(self.own.get(), AMOUNT_BITS)
			.field(self.foreign.get(), AMOUNT_BITS)
			.field(1, 8)
			.word()
	}
}

/// What one block does on one chain.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PublicData {
	/// The pool leaves touched, in ascending order of their slots.
	pub registers: Vec<Register>,
	/// The halves, in the order of their operations.
	pub halves: Vec<Half>,
}

/// A refusal, and where in the bytes it happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{refusal} (at byte {offset})")]
pub struct Malformed {
	/// Why the bytes are refused.
	pub refusal: Refusal,
	/// Offset of the half, register or byte at fault; the length if what is missing stands after
	/// the end or the whole is at fault.
	pub offset: usize,
}

impl PublicData {
	/// The stream of a block of this class; empty for class 0.
	///
	/// # Errors
	///
	/// Whatever [`PublicData::decode`] would refuse in the result.
	pub fn encode(&self, class: SizeClass) -> Result<Vec<u8>, Refusal> {
		self.check_registers()?;
		if self.is_empty() && class.is_empty() {
			return Ok(Vec::new());
		}
		let mut out = Vec::new();
		out.push(self.registers.len() as u8);
		for register in &self.registers {
			out.extend(register.slot.0.to_be_bytes());
			register.own.encode_wire(&mut out);
			register.foreign.encode_wire(&mut out);
		}
		let slots: Vec<_> = self.registers.iter().map(|register| register.slot).collect();
		let mut writer = Writer::new(out, &slots);
		for half in &self.halves {
			half.check()?;
			half.write(&mut writer)?;
		}
		let out = writer.into_bytes();
		if out.len() > class.max_public_data() {
			return Err(Refusal::DataFull);
		}
		self.check_halves(class)?;
		Ok(out)
	}

	/// Reads the stream of a block of this class.
	///
	/// # Errors
	///
	/// The refusals of section 9.2 of `docs/protocol.md`.
	pub fn decode(bytes: &[u8], class: SizeClass) -> Result<Self, Refusal> {
		Self::decode_located(bytes, class).map_err(|malformed| malformed.refusal)
	}

	/// [`PublicData::decode`], which says where the bytes are wrong.
	pub fn decode_located(bytes: &[u8], class: SizeClass) -> Result<Self, Malformed> {
		Self::decode_with(bytes, class, Half::read)
	}

	/// Reads the stream of a block of this class, half by half.
	fn decode_with(
		bytes: &[u8],
		class: SizeClass,
		read_half: impl Fn(&mut Reader<'_>) -> Result<Half, Refusal>,
	) -> Result<Self, Malformed> {
		let at = |offset| move |refusal| Malformed { refusal, offset };
		let whole = at(bytes.len());
		if bytes.is_empty() && class.is_empty() {
			return Ok(Self::default());
		}
		if bytes.len() > class.max_public_data() {
			return Err(whole(Refusal::DataFull));
		}
		let mut input = bytes;
		let mut registers = Vec::new();
		let count = take_u8(&mut input).map_err(whole)?;
		if usize::from(count) > REGISTERS {
			return Err(at(0)(Refusal::TooManyPools));
		}
		for _ in 0..count {
			let offset = bytes.len() - input.len();
			registers.push(read_register(&mut input, registers.last()).map_err(at(offset))?);
		}
		let slots: Vec<_> = registers.iter().map(|register: &Register| register.slot).collect();
		let mut reader = Reader::new(input, &slots);
		let mut halves = Vec::new();
		while !reader.rest().is_empty() {
			let offset = bytes.len() - reader.rest().len();
			let half = read_half(&mut reader).map_err(at(offset))?;
			if half.pool().is_some_and(|slot| !slots.contains(&slot)) {
				return Err(at(offset)(Refusal::RegisterOutOfRange));
			}
			halves.push(half);
		}
		let data = Self { registers, halves };
		data.check_halves(class).map_err(whole)?;
		Ok(data)
	}

	/// Whether nothing happens on the chain.
	pub fn is_empty(&self) -> bool {
		self.registers.is_empty() && self.halves.is_empty()
	}

	/// The content of the class's slots: the halves' cells at their places, Noops elsewhere.
	///
	/// # Errors
	///
	/// [`Refusal::BlockFull`], [`Refusal::KeyNotCanonical`].
	pub fn slots(&self, class: SizeClass) -> Result<Vec<Cell>, Refusal> {
		let mut placement = Placement::new(class);
		let mut slots = ark_std::vec![Cell::NOOP; class.capacity() as usize];
		for half in &self.halves {
			let first = placement.place(half.place())? as usize;
			let cells = half.cells()?;
			slots[first..first + cells.len()].copy_from_slice(&cells);
		}
		Ok(slots)
	}

	/// The words that are hashed: head and aux of every slot, then the registers
	/// (section 9.4 of `docs/protocol.md`).
	///
	/// # Errors
	///
	/// Those of [`PublicData::slots`], and of the registers.
	pub fn expand(&self, class: SizeClass) -> Result<Vec<Word>, Refusal> {
		self.check_registers()?;
		let mut words: Vec<_> = self.slots(class)?.iter().flat_map(Cell::words).collect();
		words.extend(self.registers.iter().map(Register::word));
		words.resize(2 * class.capacity() as usize + REGISTERS, Word::ZERO);
		Ok(words)
	}

	/// The commitment in the header: 0 for class 0, else the hash of the expansion.
	///
	/// # Errors
	///
	/// Those of [`PublicData::expand`]; class 0 holds nothing.
	pub fn commitment(&self, class: SizeClass) -> Result<Word, Refusal> {
		let words = self.expand(class)?;
		Ok(if class.is_empty() { Word::ZERO } else { hash(Domain::PUBLIC_DATA, &words) })
	}

	/// Number, order and range of the registers.
	fn check_registers(&self) -> Result<(), Refusal> {
		if self.registers.len() > REGISTERS {
			return Err(Refusal::TooManyPools);
		}
		let mut last = None;
		self.registers.iter().try_for_each(|register| {
			check_register(register, last)?;
			last = Some(register);
			Ok(())
		})
	}

	/// What the halves have to be together: some, within the class, touching every register and no
	/// other pool.
	fn check_halves(&self, class: SizeClass) -> Result<(), Refusal> {
		let mut placement = Placement::new(class);
		for half in &self.halves {
			placement.place(half.place())?;
		}
		let touched: Vec<_> = self.halves.iter().filter_map(Half::pool).collect();
		let is_register = |slot: &PoolSlot| self.registers.iter().any(|r| r.slot == *slot);
		if !touched.iter().all(is_register) {
			return Err(Refusal::RegisterOutOfRange);
		}
		if !self.registers.iter().all(|register| touched.contains(&register.slot)) {
			return Err(Refusal::UnusedRegister);
		}
		if self.halves.is_empty() { Err(Refusal::NoHalves) } else { Ok(()) }
	}
}

fn check_register(register: &Register, last: Option<&Register>) -> Result<(), Refusal> {
	if register.slot.0 >= MAX_POOLS {
		return Err(Refusal::PoolsFull);
	}
	if last.is_some_and(|last| last.slot >= register.slot) {
		return Err(Refusal::RegisterOrder);
	}
	Ok(())
}

fn read_register(input: &mut &[u8], last: Option<&Register>) -> Result<Register, Refusal> {
	let slot = PoolSlot::take(input)?;
	let own = Amount::decode_wire(input)?;
	let register = Register { slot, own, foreign: Amount::decode_wire(input)? };
	check_register(&register, last)?;
	Ok(register)
}

/// Puts halves into slots, one after the other (section 8 of `docs/protocol.md`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Placement {
	class: SizeClass,
	/// The first slot that is free, as are all after it.
	cursor: u32,
}

impl Placement {
	/// All slots of the class are free.
	pub const fn new(class: SizeClass) -> Self {
		Self { class, cursor: 0 }
	}

	/// Takes the slots of the next half and returns the first of them. A half that has to stand in
	/// an even slot passes over an odd one.
	///
	/// # Errors
	///
	/// [`Refusal::BlockFull`]; nothing is taken then.
	pub fn place(&mut self, place: Place) -> Result<u32, Refusal> {
		let first =
			if place.needs_even_slot() { self.cursor.next_multiple_of(2) } else { self.cursor };
		let end = first + place.cells();
		if end > self.class.capacity() {
			return Err(Refusal::BlockFull);
		}
		self.cursor = end;
		Ok(first)
	}

	/// How many slots are taken or passed over.
	pub const fn used(&self) -> u32 {
		self.cursor
	}
}

mod unserved;

pub use unserved::UnservedData;

#[cfg(test)]
mod tests;

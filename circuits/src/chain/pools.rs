// SPDX-License-Identifier: Apache-2.0

//! Pools as registers: each pool leaf that a block touches is loaded once and stored once, and in between
//! the slots work on numbers of the circuit.

use super::{
	rules::Flags,
	witness::{POOL_PATH, RegisterWitness},
};
use crate::{
	gadgets::{
		bits::{self, boolean, pack, range, select},
		poseidon::hash,
		tree::{Change, UpperNodes},
	},
	r1cs::{Builder, Label, Num},
};
use ark_bls12_381::Fr;
use ligature_primitives::{
	constants::{AMOUNT_BITS, POOL_DEPTH},
	op::CellCode,
	poseidon::{Domain, Word},
};

const CREATED_USED: Label = Label("pool/only a used register is created");
const CREATED_EMPTY: Label = Label("pool/a created one begins empty");
const USED_FIRST: Label = Label("pool/used registers come first");
const ASCENDING: Label = Label("pool/slots ascend");
const PARAMS: Label = Label("pool/parameters");
const OWN_CHAIN: Label = Label("pool/its side lives here");
const LOADED: Label = Label("pool/loaded");
const STORED: Label = Label("pool/stored");
const CREATED: Label = Label("pool/created by its cell");
const WORD: Label = Label("pool/public word");
const USES: Label = Label("pool/a cell uses the registers it should");
const READ: Label = Label("pool/read");
const ALIVE: Label = Label("pool/used while it exists, created while it does not");
const CREATES: Label = Label("pool/created by CreatePool alone");
const WRITE_OWN: Label = Label("pool/write own reserve");
const MOVE_OWN: Label = Label("pool/own reserve moves by the amount");
const WRITE_FOREIGN: Label = Label("pool/write foreign reserve");
const WRITE_SUPPLY: Label = Label("pool/write supply");
const MOVE_SUPPLY: Label = Label("pool/supply moves by the shares");

/// One register.
#[derive(Clone, Debug)]
struct Register {
	used: Num,
	created: Num,
	slot: Num,
	slot_bits: Vec<Num>,
	params: Num,
	side: Num,
	/// The token of its side.
	token: Num,
	/// The chain of the other side.
	far: Num,
	leaf: Num,
	siblings: [[Word; 3]; POOL_PATH],
	/// 1 from the start, or from its CreatePool on; never of an unused register.
	alive: Num,
	own: Num,
	foreign: Num,
	supply: Num,
}

/// The registers of a block.
#[derive(Clone, Debug)]
pub(super) struct Registers(Vec<Register>);

/// What a cell reads from its register; all zero for a cell that uses none, but for the dynamic ones,
/// which then are whatever the prover likes and mean nothing.
#[derive(Clone, Debug)]
pub(super) struct Pool {
	marks: Vec<Num>,
	/// The leaf's place.
	pub slot: Num,
	/// Parameters.
	pub params: Num,
	/// 0 or 1.
	pub side: Num,
	/// The token of this side.
	pub token: Num,
}

impl Registers {
	/// Loads: shows that the leaves are what they are said to be. `tree` is not changed yet.
	pub fn load(b: &mut Builder, here: &Num, witnesses: &[RegisterWitness]) -> Self {
		let registers: Vec<Register> =
			witnesses.iter().map(|witness| Register::load(b, here, witness)).collect();
		for pair in registers.windows(2) {
			let [before, after] = pair else { continue };
			b.enforce(USED_FIRST, &after.used, &(&Num::one() - &before.used), &Num::zero());
			let gap = &(&after.slot - &before.slot) - &Num::one();
			let gap = b.product(ASCENDING, &after.used, &gap);
			range(b, &gap, 2 * POOL_DEPTH);
		}
		Self(registers)
	}

	/// Stores all registers, one after the other, and gives the words that public data closes with.
	pub fn store(self, b: &mut Builder, tree: &mut UpperNodes) -> Vec<Num> {
		self.0.into_iter().map(|register| register.store(b, tree)).collect()
	}

	/// Marks the register that a cell uses: exactly one if `uses`, else none.
	pub fn mark(
		&mut self,
		b: &mut Builder,
		uses: &Num,
		flags: &Flags,
		register: Option<usize>,
	) -> Pool {
		let marks: Vec<Num> = (0..self.0.len()).map(|i| boolean(b, register == Some(i))).collect();
		let mut marked = Num::zero();
		for mark in &marks {
			marked += mark;
		}
		b.equal(USES, &marked, uses);

		// A register that is not alive is marked by its CreatePool and by nothing else, and that makes
		// it alive: so it happens once, and before all else.
		let mut created = Num::zero();
		for (register, mark) in self.0.iter_mut().zip(&marks) {
			let creates = b.product(ALIVE, mark, &(&Num::one() - &register.alive));
			created += &creates;
			register.alive += &creates;
		}
		b.equal(CREATES, &created, &flags.of(CellCode::CreatePool));

		let slot = self.read(b, &marks, |register| &register.slot);
		let params = self.read(b, &marks, |register| &register.params);
		let side = self.read(b, &marks, |register| &register.side);
		let token = self.read(b, &marks, |register| &register.token);
		Pool { marks, slot, params, side, token }
	}

	fn read(&self, b: &mut Builder, marks: &[Num], field: impl Fn(&Register) -> &Num) -> Num {
		let mut sum = Num::zero();
		for (register, mark) in self.0.iter().zip(marks) {
			sum += &b.product(READ, mark, field(register));
		}
		sum
	}

	/// The chain of the other side.
	pub fn far_chain(&self, b: &mut Builder, pool: &Pool) -> Num {
		self.read(b, &pool.marks, |register| &register.far)
	}

	/// The supply.
	pub fn supply(&self, b: &mut Builder, pool: &Pool) -> Num {
		self.read(b, &pool.marks, |register| &register.supply)
	}

	/// Sets one field of the marked register to `new`; gives by how much it moved.
	fn write(
		&mut self,
		b: &mut Builder,
		label: Label,
		pool: &Pool,
		new: &Num,
		field: impl Fn(&mut Register) -> &mut Num,
	) -> Num {
		let mut moved = Num::zero();
		for (register, mark) in self.0.iter_mut().zip(&pool.marks) {
			let number = field(register);
			let by = new - number;
			let after = b.witness(number.value() + mark.value() * by.value());
			let difference = &after - number;
			b.enforce(label, mark, &by, &difference);
			moved += &difference;
			*number = after;
		}
		moved
	}

	/// Moves the own reserve by `delta`, which is zero for a cell without register, to `after`, whose range
	/// the caller shows; gives the reserve before.
	pub fn move_own(&mut self, b: &mut Builder, pool: &Pool, after: &Num, delta: &Num) -> Num {
		let moved = self.write(b, WRITE_OWN, pool, after, |register| &mut register.own);
		b.equal(MOVE_OWN, &moved, delta);
		after - delta
	}

	/// The same for the supply.
	pub fn move_supply(&mut self, b: &mut Builder, pool: &Pool, after: &Num, delta: &Num) -> Num {
		let moved = self.write(b, WRITE_SUPPLY, pool, after, |register| &mut register.supply);
		b.equal(MOVE_SUPPLY, &moved, delta);
		after - delta
	}

	/// Sets the foreign reserve.
	pub fn set_foreign(&mut self, b: &mut Builder, pool: &Pool, foreign: &Num) {
		self.write(b, WRITE_FOREIGN, pool, foreign, |register| &mut register.foreign);
	}

	/// What a marked field would be; for the witness of `move_own` and `move_supply`.
	fn marked(&self, pool: &Pool, field: impl Fn(&Register) -> &Num) -> Fr {
		self.0.iter().zip(&pool.marks).map(|(r, mark)| mark.value() * field(r).value()).sum()
	}

	/// The value of the marked own reserve.
	pub fn own_value(&self, pool: &Pool) -> Fr {
		self.marked(pool, |register| &register.own)
	}

	/// The value of the marked supply.
	pub fn supply_value(&self, pool: &Pool) -> Fr {
		self.marked(pool, |register| &register.supply)
	}
}

fn leaf_hash(b: &mut Builder, register: &Register) -> Num {
	let parameters = pack(&[(&register.params, 64), (&register.side, 8)]);
	let reserves = pack(&[(&register.own, AMOUNT_BITS), (&register.foreign, AMOUNT_BITS)]);
	hash(b, Domain::POOL_LEAF, &[parameters, reserves, register.supply.clone()])
}

impl Register {
	fn load(b: &mut Builder, here: &Num, witness: &RegisterWitness) -> Self {
		let one = Num::one();
		let used = boolean(b, witness.used);
		let created = boolean(b, witness.created);
		b.enforce(CREATED_USED, &created, &(&one - &used), &Num::zero());
		let (slot, slot_bits) = bits::number(b, Fr::from(witness.slot), 2 * POOL_DEPTH);
		let side = boolean(b, witness.side);

		let mut rest = witness.params;
		let mut field = |b: &mut Builder, width: usize| {
			let value = rest & ((1 << width) - 1);
			rest >>= width;
			bits::number(b, Fr::from(value), width).0
		};
		let chains_and_tokens = [field(b, 8), field(b, 16), field(b, 8), field(b, 16)];
		let fee = field(b, 16);
		let [chain0, token0, chain1, token1] = &chains_and_tokens;
		let params =
			pack(&[(chain0, 8), (token0, 16), (chain1, 8), (token1, 16), (&fee, 16)]).simplified();
		b.enforce(PARAMS, &(&one - &used), &params, &Num::zero());
		let token = select(b, &side, token1, token0);
		let near = select(b, &side, chain1, chain0);
		let far = (&(chain0 + chain1) - &near).simplified();
		b.enforce(OWN_CHAIN, &used, &(&near - here), &Num::zero());

		let amount = |b: &mut Builder, value: u128| b.witness(Fr::from(value));
		let own = amount(b, witness.own);
		let foreign = amount(b, witness.foreign);
		// Both stand in one word of the leaf, which tells them apart only if both are in range.
		range(b, &own, AMOUNT_BITS as usize);
		range(b, &foreign, AMOUNT_BITS as usize);
		let supply = amount(b, witness.supply);
		let alive = &used - &created;
		let leaf = b.witness(witness.leaf);
		let register = Self {
			used,
			created,
			slot,
			slot_bits,
			params,
			side,
			token,
			far,
			leaf,
			siblings: witness.siblings,
			alive,
			own,
			foreign,
			supply,
		};
		for number in [&register.own, &register.foreign, &register.supply, &register.leaf] {
			b.enforce(CREATED_EMPTY, &register.created, number, &Num::zero());
		}
		let loaded = leaf_hash(b, &register);
		let existed = &register.used - &register.created;
		b.enforce(LOADED, &existed, &(&register.leaf - &loaded), &Num::zero());
		register
	}

	fn store(self, b: &mut Builder, tree: &mut UpperNodes) -> Num {
		// Reserves and supply were in range when they were last moved or loaded; the foreign one too.
		b.equal(CREATED, &self.alive, &self.used);
		let stored = leaf_hash(b, &self);
		let new =
			b.witness(self.leaf.value() + self.used.value() * (stored.value() - self.leaf.value()));
		b.enforce(STORED, &self.used, &(&stored - &self.leaf), &(&new - &self.leaf));
		tree.change_leaf(b, &self.slot_bits, &self.siblings, Change { old: self.leaf, new });
		let word = pack(&[
			(&self.slot, 16),
			(&self.own, AMOUNT_BITS),
			(&self.foreign, AMOUNT_BITS),
			(&Num::one(), 8),
		]);
		b.product(WORD, &self.used, &word)
	}
}

// SPDX-License-Identifier: Apache-2.0

//! The words of public data that are hashed, straight from the tables of section 9.4.

use crate::{
	half::{Half, lay_out},
	message::{owner_word, pack, params_word},
};
use ark_bls12_381::Fr;
use ligature_primitives::{
	ids::Owner,
	keys::PublicKey,
	poseidon::{Domain, hash},
};
use std::collections::BTreeMap;

const REGISTERS: usize = 8;
const FIRST_LP_TOKEN: u16 = 512;
/// Flag: the cell creates the leaf.
const CREATES: u8 = 1;
/// Flag: applied.
const APPLIED: u8 = 2;

/// A slot's columns: code, flags, account, selector, amount, fee, and the aux word.
struct Cell(u8, u8, u32, u16, u128, u128, Fr);

/// Two words per slot, then the registers' eight.
pub fn words(registers: &BTreeMap<u16, (u128, u128)>, halves: &[Half], slots: usize) -> Vec<Fr> {
	let nothing = Fr::from(0u8);
	let mut words = Vec::new();
	let row = lay_out(halves);
	assert!(row.len() <= slots, "the halves have been placed");
	for slot in row {
		match slot {
			Some((half, number)) => {
				let Cell(code, flags, account, selector, amount, fee, aux) = cell(half, number);
				words.push(pack(&[
					(u128::from(code), 8),
					(u128::from(flags), 8),
					(u128::from(account), 24),
					(u128::from(selector), 16),
					(amount, 112),
					(fee, 80),
				]));
				words.push(aux);
			},
			None => words.extend([nothing, nothing]),
		}
	}
	words.resize(2 * slots, nothing);
	for (slot, (own, foreign)) in registers {
		words.push(pack(&[(u128::from(*slot), 16), (*own, 112), (*foreign, 112), (1, 8)]));
	}
	words.resize(2 * slots + REGISTERS, nothing);
	words
}

fn created(owner: &Option<Owner>) -> (u8, Fr) {
	owner.as_ref().map_or((0, Fr::from(0u8)), |owner| (CREATES, owner_word(owner)))
}

fn key_word(key: &PublicKey) -> Fr {
	let point = key.validate().expect("keys of operations that were applied are valid");
	hash(Domain::new("key"), &[point.x(), point.y()])
}

/// The table of section 9.4, row by row.
fn cell(half: &Half, number: usize) -> Cell {
	let none = Fr::from(0u8);
	match (half, number) {
		(Half::Deposit { new, account, token, owner, amount, .. }, 0) => {
			Cell(0x01, u8::from(*new) * CREATES, *account, *token, *amount, 0, owner_word(owner))
		},
		(Half::Deposit { account, key: Some(key), .. }, _) => {
			Cell(0x02, APPLIED, *account, 0, 0, 0, key_word(key))
		},
		(Half::FullExit { account, token, owner, paid }, _) => {
			Cell(0x03, 0, *account, *token, *paid, 0, owner_word(owner))
		},
		(Half::ChangePubKey { new, applied, account, owner, .. }, 0) => {
			let flags = u8::from(*new) * CREATES + u8::from(*applied) * APPLIED;
			Cell(0x04, flags, *account, 0, 0, 0, owner_word(owner))
		},
		(Half::ChangePubKey { applied, account, key, .. }, _) => {
			Cell(0x02, u8::from(*applied) * APPLIED, *account, 0, 0, 0, key_word(key))
		},
		(Half::CreatePool { slot, side, params }, _) => {
			Cell(0x05, 0, 0, *slot, u128::from(*side), 0, params_word(*params))
		},
		(Half::ExitShares { account, token, owner, shares, .. }, 0) => {
			Cell(0x06, 0, *account, *token, *shares, 0, owner_word(owner))
		},
		(Half::ExitShares { account, token, x, .. }, _) => {
			Cell(0x07, 0, *account, *token - FIRST_LP_TOKEN, *x, 0, none)
		},
		(Half::ExitLiquidity1 { slot, account, created: owner, y }, _) => {
			let (flags, aux) = created(owner);
			Cell(0x08, flags, *account, *slot, *y, 0, aux)
		},
		(Half::Transfer { token, from, amount, fee, .. }, 0) => {
			Cell(0x10, 0, *from, *token, *amount, *fee, none)
		},
		(Half::Transfer { token, to, created: owner, amount, .. }, _) => {
			let (flags, aux) = created(owner);
			Cell(0x11, flags, *to, *token, *amount, 0, aux)
		},
		(Half::Withdraw { token, account, receiver, amount, fee }, _) => {
			Cell(0x12, 0, *account, *token, *amount, *fee, owner_word(receiver))
		},
		(Half::SwapIn { slot, account, amount, fee }, _) => {
			Cell(0x20, 0, *account, *slot, *amount, *fee, none)
		},
		(Half::SwapOut { slot, account, created: owner, amount }, _) => {
			let (flags, aux) = created(owner);
			Cell(0x21, flags, *account, *slot, *amount, 0, aux)
		},
		(Half::AddLiquidity0 { slot, account, x, fee, .. }, 0) => {
			Cell(0x22, 0, *account, *slot, *x, *fee, none)
		},
		(Half::AddLiquidity0 { slot, account, minted, .. }, _) => {
			Cell(0x23, 0, *account, *slot, *minted, 0, none)
		},
		(Half::AddLiquidity1 { slot, account, y }, _) => {
			Cell(0x24, 0, *account, *slot, *y, 0, none)
		},
		(Half::RemoveLiquidity0 { slot, account, shares, fee, .. }, 0) => {
			Cell(0x25, 0, *account, *slot, *shares, *fee, none)
		},
		(Half::RemoveLiquidity0 { slot, account, x, .. }, _) => {
			Cell(0x26, 0, *account, *slot, *x, 0, none)
		},
		(Half::RemoveLiquidity1 { slot, account, created: owner, y }, _) => {
			let (flags, aux) = created(owner);
			Cell(0x27, flags, *account, *slot, *y, 0, aux)
		},
		(Half::Deposit { key: None, .. }, _) => unreachable!("a deposit without key has one cell"),
	}
}

// SPDX-License-Identifier: Apache-2.0

//! What the ledger does is accepted: all cells in all places, and the stories of the differential
//! tests cut into small blocks.

use super::world::{AB, Block, World, at, cases, circuit, fee};
use crate::{
	chain::ChainWitness,
	r1cs::{Matrices, Shape, assignment},
	testing::hex,
};
use ligature_differential::generate;
use ligature_ledger::{BlockParams, Ledger};
use ligature_primitives::{
	constants::{JoinClass, SizeClass},
	ids::{AccountIndex, BlockNumber, Timestamp},
	op::{CellCode, FLAG_APPLIED, FLAG_CREATES},
	refusal::Refusal,
};
use std::{collections::BTreeMap, sync::LazyLock};

/// Which cells stood where: code, flags, whether the slot is odd.
type Seen = BTreeMap<(CellCode, u8, bool), usize>;

fn padding(class: u8) -> ChainWitness {
	ChainWitness::padding(SizeClass::new(class).unwrap())
}

/// The smallest class, from padding.
static EIGHT: LazyLock<Matrices> = LazyLock::new(|| Shape::of(&circuit(&padding(1))).matrices);

/// Panics unless the block is satisfied on all its chains with the header's public input.
fn check(matrices: &Matrices, block: &Block, seen: &mut Seen) {
	for witness in block.witnesses() {
		see(&witness, seen);
		let z = assignment(&circuit(&witness));
		assert_eq!(matrices.check(&z), Ok(()), "{:?}", block.operations);
		assert_eq!(z[1], block.public_input(witness.chain));
	}
}

/// The cells of a witness with their flags and whether they stand in an odd slot.
fn see(witness: &ChainWitness, seen: &mut Seen) {
	for (place, slot) in witness.slots.iter().enumerate() {
		*seen.entry((slot.cell.code, slot.cell.flags, place % 2 == 1)).or_default() += 1;
	}
}

/// All codes with all flags in all places where the protocol lets them stand.
fn all_places() -> Vec<(CellCode, u8, bool)> {
	use CellCode as Code;
	let mut all = Vec::new();
	for code in CellCode::ALL.iter().copied() {
		let odd: &[bool] = match code {
			Code::Noop
			| Code::Deposit
			| Code::FullExit
			| Code::CreatePool
			| Code::SwapOut
			| Code::RemoveOut1
			| Code::ExitOut1 => &[false, true],
			Code::SetKey
			| Code::ExitOut0
			| Code::TransferIn
			| Code::AddShares
			| Code::RemoveOut0 => &[true],
			_ => &[false],
		};
		let flags: &[u8] = match code {
			Code::Deposit
			| Code::SwapOut
			| Code::RemoveOut1
			| Code::ExitOut1
			| Code::TransferIn => &[0, FLAG_CREATES],
			Code::SetKey => &[0, FLAG_APPLIED],
			Code::ChangePubKey => &[0, FLAG_APPLIED, FLAG_APPLIED | FLAG_CREATES],
			_ => &[0],
		};
		for odd in odd {
			all.extend(flags.iter().map(|flags| (code, *flags, *odd)));
		}
	}
	all
}

#[test]
fn every_cell_should_be_satisfied_in_every_place() {
	let mut shapes: BTreeMap<usize, [u8; 32]> = BTreeMap::new();
	let mut seen = Seen::new();
	for case in cases() {
		let witness = case.witness();
		see(&witness, &mut seen);
		let shape = Shape::of(&circuit(&witness));
		assert_eq!(shape.matrices.check(&shape.assignment), Ok(()), "{}", case.name);
		assert_eq!(assignment(&circuit(&witness)), shape.assignment, "{}", case.name);
		let digest = shape.matrices.digest();
		let first = *shapes.entry(witness.slots.len()).or_insert(digest);
		assert_eq!(hex(&first), hex(&digest), "{}", case.name);
	}
	let missing: Vec<_> =
		all_places().into_iter().filter(|place| !seen.contains_key(place)).collect();
	assert_eq!(missing, []);
	assert_eq!(seen.len(), all_places().len(), "{seen:?}");
}

#[test]
fn blocks_that_follow_each_other_should_be_satisfied() {
	let mut world = World::new();
	let transfer = world.transfer(1, 100, |body| body.fee = fee(3));
	let withdrawal = world.withdraw(9);
	let first = world.block(1, vec![transfer.into(), withdrawal.into()]);
	check(&EIGHT, &first, &mut Seen::new());
	// The same account signs again, with the next nonce.
	let removal = world.remove(AB, 700, 17, at(1));
	check(&EIGHT, &world.block(1, vec![removal.into()]), &mut Seen::new());
}

#[test]
fn matrices_should_be_those_of_padding() {
	let block = World::new().try_block(vec![World::new().transfer(1, 100, |_| ()).into()]);
	for witness in block.witnesses() {
		assert_eq!(Shape::of(&circuit(&witness)).matrices, *EIGHT);
	}
}

/// The operations of a story, in blocks as full as they get; each is checked.
fn tell(number: u64, class: u8, matrices: &Matrices, seen: &mut Seen) -> usize {
	let story = generate::story(number);
	let chains = story.network.chains().len();
	let mut ledger = Ledger::new(story.network.clone());
	let mut blocks = 0;
	for chapter in story.blocks.iter().filter(|chapter| chapter.verify_signatures) {
		let begin = |ledger: &mut Ledger| {
			let fee_accounts = chapter.chains.values().map(|(account, _)| *account);
			let params = BlockParams {
				number: BlockNumber(ledger.number().0 + 1),
				timestamp: Timestamp::new(chapter.timestamp).unwrap(),
				fee_accounts: fee_accounts.map(|it| AccountIndex::new(it).unwrap()).collect(),
				classes: vec![SizeClass::new(class).unwrap(); chains],
				join_class: JoinClass::new(class).unwrap(),
				verify_signatures: true,
			};
			ledger.begin_block(params).unwrap();
		};
		let mut waiting = chapter.operations.iter().peekable();
		while waiting.peek().is_some() {
			let before = ledger.states().to_vec();
			begin(&mut ledger);
			let mut operations = Vec::new();
			while let Some(operation) = waiting.peek() {
				match ledger.apply(operation) {
					Ok(_) => operations.push((*operation).clone()),
					Err(
						Refusal::BlockFull
						| Refusal::TooManyPools
						| Refusal::JoinFull
						| Refusal::FeeTokensFull,
					) if !operations.is_empty() => break,
					Err(_) => {},
				}
				waiting.next();
			}
			let sealed = ledger.seal().unwrap();
			ledger.prune(1);
			let network = ledger.network().clone();
			check(matrices, &Block { network, before, sealed, operations }, seen);
			blocks += 1;
		}
	}
	blocks
}

#[test]
fn stories_should_be_satisfied_and_hold_every_cell() {
	let long = std::env::var_os("LIGATURE_LONG").is_some_and(|it| it != "0");
	let mut seen = Seen::new();
	let mut blocks = 0;
	for number in 0..if long { 400 } else { 24 } {
		blocks += tell(number, 1, &EIGHT, &mut seen);
	}
	println!("{blocks} blocks: {seen:?}");
	for code in CellCode::ALL {
		assert!(seen.keys().any(|(it, ..)| it == code), "{code:?}");
	}
}

#[test]
fn larger_classes_should_be_satisfied() {
	let long = std::env::var_os("LIGATURE_LONG").is_some_and(|it| it != "0");
	for class in if long { 2..=3 } else { 2..=2 } {
		let matrices = Shape::of(&circuit(&padding(class))).matrices;
		let blocks: usize =
			(0..8).map(|number| tell(number, class, &matrices, &mut Seen::new())).sum();
		println!("class {class}: {blocks} blocks");
		assert!(blocks > 0);
	}
}

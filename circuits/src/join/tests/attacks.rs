// SPDX-License-Identifier: Apache-2.0

//! What no ledger does is refused, natively and by the constraints, and by the rule that is meant.

use super::blocks::{
	LOCAL, POOL, Sketch, add, amount, class, every_kind, liquidity, operation, pool, publish,
	remove, swap, witness,
};
use crate::{
	join::{
		ABSENT, ADD_ROUNDING, AFTER, CODE, COMMITMENT, COUNT, FAR_SHARES, FIRST_AMOUNTS,
		FIRST_LIMIT, FIRST_LOWER, FIRST_UPPER, FOREIGN, JoinCircuit, JoinOperation, ONE_CHAIN,
		OWNER, PARAMETERS, PUBLIC_INPUT, REMOVE_ROUNDING, ROUNDING_BOUND, Rule, SECOND_LIMIT,
		SIGNED_LIMIT, SWAP_BOUND, SWAP_REMAINDER, TRANSACTION, Violation,
	},
	r1cs::{Label, Shape, assignment},
};
use ark_bls12_381::Fr;
use ligature_primitives::{
	amount::Amount,
	ids::{BlockNumber, ChainId, NetworkId, Side, TokenId},
	log::JointLog,
	op::CellCode,
	pool::Liquidity,
	poseidon::Word,
};

/// The labels that are violated, in their order, and the regions.
fn violated(shape: &Shape) -> (Vec<Label>, Vec<String>) {
	let matrices = &shape.matrices;
	let rows = (0..matrices.constraints()).filter(|row| !matrices.holds(*row, &shape.assignment));
	let (mut labels, mut regions): (Vec<_>, Vec<_>) =
		rows.map(|row| (matrices.label(row), matrices.region(row).to_owned())).unzip();
	labels.sort_unstable();
	labels.dedup();
	regions.dedup();
	(labels, regions)
}

/// An operation that breaks one rule and no other, in all that the chains' logs bear out.
pub(super) struct Attack {
	pub gain: &'static str,
	pub rule: Rule,
	pub label: Label,
	pub circuit: JoinCircuit,
}

/// The operation alone, on chains 2 and 5 that vouch for it.
pub(super) fn alone(operation: JoinOperation) -> JoinCircuit {
	JoinCircuit { class: class(1), witness: witness(vec![operation]) }
}

fn plus(value: Amount, more: i128) -> Amount {
	amount(u128::try_from(value.get() as i128 + more).expect("not negative"))
}

/// The amount of one side, its reserve and what the other side knows of it, changed together.
fn shift(operation: &mut JoinOperation, side: Side, more: i128) {
	let JoinOperation { home, far } = operation;
	let (own, other) = if side == Side::Zero { (home, far) } else { (far, home) };
	let pays_in = matches!(own.code, CellCode::SwapIn | CellCode::AddIn0 | CellCode::AddIn1);
	own.amount = plus(own.amount, more);
	other.foreign = plus(other.foreign, if pays_in { more } else { -more });
}

const HALF: u128 = 1 << 111;

/// Attacks by one operation.
pub(super) fn attacks() -> Vec<Attack> {
	let mut attacks = Vec::new();
	let mut push =
		|gain, rule, label, operation: JoinOperation, spoil: &dyn Fn(&mut JoinOperation)| {
			let mut operation = operation;
			assert_eq!(operation.check(), Ok(()), "{gain}");
			spoil(&mut operation);
			attacks.push(Attack { gain, rule, label, circuit: alone(operation) });
		};
	let swap0 = || swap(POOL, pool(), Side::Zero, 12_345_678, 1);
	let swap1 = || swap(POOL, pool(), Side::One, 12_345_678, 1);
	let added = || add(POOL, pool(), 12_345, [u128::MAX >> 16; 2], 1);
	let removed = || remove(POOL, pool(), 12_345, Some(1));
	let exited = || remove(POOL, pool(), 12_345, None);
	let first = || add(POOL, Liquidity::default(), 1, [4_000_000, 9_000_001], 1);

	push("a swap out of another one's account", Rule::Owner, OWNER, swap0(), &|it| {
		it.far.owner += Word::from(1u64);
	});
	push("an exit to somebody else", Rule::Owner, OWNER, exited(), &|it| {
		it.far.owner = Word::from(5u64);
	});
	push("halves of two transactions", Rule::Transaction, TRANSACTION, swap0(), &|it| {
		it.far.tx = Word::from(2u64);
	});
	push(
		"an exit joined with a removal's far half",
		Rule::Transaction,
		TRANSACTION,
		removed(),
		&|it| {
			it.far.tx = Word::from(0u64);
		},
	);
	push("pools crossed", Rule::Parameters, PARAMETERS, swap0(), &|it| {
		it.far.params.token0 = TokenId(8);
	});
	push("another fee on the far side", Rule::Parameters, PARAMETERS, swap1(), &|it| {
		it.far.params.fee_bps = 0;
	});
	push("min_out ignored", Rule::Limit, FIRST_LIMIT, swap0(), &|it| {
		it.home.limit_a = plus(it.far.amount, 1);
	});
	push("min_out ignored, from side 1", Rule::Limit, FIRST_LIMIT, swap1(), &|it| {
		it.far.limit_a = plus(it.home.amount, 1);
	});
	push("more paid in than max0", Rule::Limit, FIRST_LIMIT, added(), &|it| {
		it.home.limit_a = plus(it.home.amount, -1);
		it.far.limit_a = it.home.limit_a;
	});
	push("more paid in than max1", Rule::Limit, SECOND_LIMIT, added(), &|it| {
		it.home.limit_b = plus(it.far.amount, -1);
		it.far.limit_b = it.home.limit_b;
	});
	push("less paid out than min0", Rule::Limit, FIRST_LIMIT, removed(), &|it| {
		it.home.limit_a = plus(it.home.amount, 1);
	});
	push("less paid out than min1", Rule::Limit, SECOND_LIMIT, removed(), &|it| {
		it.home.limit_b = plus(it.far.amount, 1);
	});
	push("a limit of the far half alone", Rule::UnsignedLimit, SIGNED_LIMIT, swap0(), &|it| {
		it.far.limit_a = amount(1);
	});
	push("limits that differ", Rule::UnsignedLimit, SIGNED_LIMIT, added(), &|it| {
		it.far.limit_b = plus(it.far.limit_b, 1);
	});
	push("shares on side 1", Rule::FarShares, FAR_SHARES, removed(), &|it| {
		it.far.shares = it.home.shares;
	});
	push("a stale reserve of the other chain", Rule::Foreign, FOREIGN, swap0(), &|it| {
		it.home.foreign = it.far.before;
	});
	push("a pool in two registers of a chain", Rule::Foreign, FOREIGN, swap0(), &|it| {
		// The far half works on a register that knows other reserves.
		it.far.foreign = plus(it.far.foreign, 1_000);
	});
	push(
		"more paid out than the product allows",
		Rule::Product,
		SWAP_REMAINDER,
		{
			// So large that the bound of the remainder does not fail as well.
			swap(POOL, liquidity(2 * HALF - HALF / 8, 1_000, 1), Side::Zero, 5, 1)
		},
		&|it| shift(it, Side::One, 1),
	);
	push(
		"rem as large as r + a0: less paid out than is due",
		Rule::Product,
		SWAP_BOUND,
		swap0(),
		&|it| {
			it.home.limit_a = Amount::ZERO;
			shift(it, Side::One, -1);
		},
	);
	push(
		"a reserve of 2^112",
		Rule::Reserve,
		AFTER,
		swap(POOL, liquidity(2 * HALF - 9, 1_000_000, 1), Side::Zero, 8, 1),
		&|it| {
			it.home.amount = amount(9);
			it.far.foreign = Amount::ZERO;
		},
	);
	push(
		"shares too cheap on side 0",
		Rule::Share,
		ADD_ROUNDING,
		add(POOL, liquidity(1_000, 1_000, HALF + HALF / 2), 5_000, [500; 2], 1),
		&|it| shift(it, Side::Zero, -1),
	);
	push(
		"shares too cheap on side 1",
		Rule::Share,
		ADD_ROUNDING,
		add(POOL, liquidity(1_000, 1_000, HALF + HALF / 2), 5_000, [500; 2], 1),
		&|it| shift(it, Side::One, -1),
	);
	push("shares too dear", Rule::Share, ROUNDING_BOUND, added(), &|it| shift(it, Side::Zero, 1));
	push(
		"too much for shares of side 0",
		Rule::Share,
		REMOVE_ROUNDING,
		remove(POOL, liquidity(1_000, 1_000, HALF + HALF / 2), HALF, Some(1)),
		&|it| shift(it, Side::Zero, 1),
	);
	push(
		"too much for an exit on side 1",
		Rule::Share,
		REMOVE_ROUNDING,
		remove(POOL, liquidity(1_000, 1_000, HALF + HALF / 2), HALF, None),
		&|it| shift(it, Side::One, 1),
	);
	push("an exit that pays nothing", Rule::Share, ROUNDING_BOUND, exited(), &|it| {
		let paid = it.far.amount.get() as i128;
		shift(it, Side::One, -paid);
	});
	push("first liquidity below its limit", Rule::FirstAmounts, FIRST_AMOUNTS, first(), &|it| {
		let limit = plus(it.home.limit_b, 1);
		(it.home.limit_b, it.far.limit_b) = (limit, limit);
	});
	push("too many first shares", Rule::FirstRoot, FIRST_LOWER, first(), &|it| {
		it.home.shares = plus(it.home.shares, 1);
	});
	push("too few first shares", Rule::FirstRoot, FIRST_UPPER, first(), &|it| {
		it.home.shares = plus(it.home.shares, -1);
	});
	push("the minimum of locked shares forgotten", Rule::FirstRoot, FIRST_LOWER, first(), &|it| {
		it.home.shares = plus(it.home.shares, 1_000);
	});
	attacks
}

#[test]
fn an_operation_that_breaks_a_rule_should_be_refused_by_it() {
	for Attack { gain, rule, label, circuit } in attacks() {
		let broken = Err(Violation::Operation { operation: 0, rule });
		assert_eq!(circuit.witness.check(circuit.class), broken, "{gain}");
		let shape = Shape::of(&circuit);
		let place = vec!["joint operation 0".to_owned()];
		assert_eq!(violated(&shape), (vec![label], place), "{gain}");
	}
}

#[test]
fn codes_of_no_operation_should_be_refused() {
	let mut refused = 0;
	let matrices = Shape::of(&JoinCircuit { class: class(1), ..JoinCircuit::default() }).matrices;
	for home in CellCode::ALL {
		for far in CellCode::ALL {
			let mut circuit = alone(remove(POOL, pool(), 12_345, Some(1)));
			let operation = &mut circuit.witness.operations[0];
			(operation.home.code, operation.far.code) = (*home, *far);
			publish(&mut circuit.witness);
			let broken = circuit.witness.check(circuit.class).err();
			let assignment = assignment(&circuit);
			let (labels, _) = violated(&Shape { matrices: matrices.clone(), assignment });
			let codes = Violation::Operation { operation: 0, rule: Rule::Codes };
			if broken == Some(codes) {
				// It counts as padding, which is in no log.
				let padding = (*home, *far) == (CellCode::Noop, CellCode::Noop);
				assert!(labels.contains(&COUNT), "{home:?} {far:?}: {labels:?}");
				assert_eq!(labels.contains(&CODE), !padding, "{home:?} {far:?}: {labels:?}");
				refused += 1;
			} else {
				// A pair of another operation, with the numbers of this one.
				assert_eq!(labels.is_empty(), broken.is_none(), "{home:?} {far:?}: {labels:?}");
			}
		}
	}
	assert_eq!(refused, CellCode::ALL.len().pow(2) - 5, "five pairs are operations");
}

/// The public logs stay as they are while the operations change, or the other way around.
#[test]
fn logs_that_are_not_those_of_the_operations_should_be_refused() {
	let honest = every_kind();
	let check = |name: &str, circuit: &JoinCircuit, expected: &[Label]| {
		assert!(circuit.witness.check(circuit.class).is_err(), "{name}");
		assert_eq!(violated(&Shape::of(circuit)).0, expected, "{name}");
	};
	let with = |change: &dyn Fn(&mut JoinCircuit)| {
		let mut circuit = honest.clone();
		change(&mut circuit);
		circuit
	};
	let both = [COMMITMENT, COUNT];
	let dropped = with(&|it| it.witness.operations.truncate(6));
	check("an operation dropped", &dropped, &both);
	let doubled = with(&|it| it.witness.operations.push(it.witness.operations[0].clone()));
	check("an operation doubled", &doubled, &both);
	let order = with(&|it| it.witness.operations.swap(0, 1));
	check("another order", &order, &[COMMITMENT]);
	let fee = with(&|it| {
		let operation = &mut it.witness.operations[5];
		(operation.home.params.fee_bps, operation.far.params.fee_bps) = (0, 0);
	});
	check("another fee of the pool", &fee, &[COMMITMENT]);
	let token = with(&|it| {
		let operation = &mut it.witness.operations[5];
		(operation.home.params.token1, operation.far.params.token1) = (TokenId(1), TokenId(1));
	});
	check("another token of the pool", &token, &[COMMITMENT]);
	let count = with(&|it| it.witness.chains[0].count += 1);
	check("another count", &count, &[COUNT]);
	let commitment = with(&|it| it.witness.chains[1].commitment += Fr::from(1u64));
	check("another commitment", &commitment, &[COMMITMENT]);
	let absent = with(&|it| it.witness.chains[3].count = 1);
	check("an absent chain with a log", &absent, &[ABSENT, COUNT]);

	// What a chain's log says of single halves.
	let half = |change: &dyn Fn(&mut Vec<_>)| {
		let mut circuit = honest.clone();
		let halves = honest.witness.operations.iter().flat_map(|it| [&it.home, &it.far]);
		let mut entries: Vec<_> =
			halves.filter(|entry| entry.params.chain(entry.side) == ChainId(5)).collect();
		change(&mut entries);
		let mut log = JointLog::default();
		entries.into_iter().for_each(|entry| log.append(entry));
		let public = &mut circuit.witness.chains[1];
		(public.count, public.commitment) = (log.count, log.commitment);
		circuit
	};
	check(
		"a half dropped",
		&half(&|it| {
			it.remove(1);
		}),
		&both,
	);
	check("a half doubled", &half(&|it| it.push(it[0])), &both);
	let last = honest.witness.operations.len() - 1;
	assert_eq!(honest.witness.operations[last].home.params, LOCAL);
	let reversed = half(&|it| {
		let end = it.len();
		it.swap(end - 1, end - 2);
	});
	check("the sides of one chain reversed", &reversed, &[COMMITMENT]);
	let swapped = half(&|it| it.swap(0, 1));
	check("halves of two operations swapped", &swapped, &[COMMITMENT]);
}

#[test]
fn halves_on_each_others_side_should_be_refused() {
	let mut circuit = alone(swap(POOL, pool(), Side::Zero, 12_345_678, 1));
	let operation = &mut circuit.witness.operations[0];
	std::mem::swap(&mut operation.home, &mut operation.far);
	let sides = Violation::Operation { operation: 0, rule: Rule::Sides };
	assert_eq!(circuit.witness.check(circuit.class), Err(sides));
	assert_eq!(violated(&Shape::of(&circuit)).0, [COMMITMENT, FAR_SHARES]);
}

#[test]
fn pools_outside_the_network_should_be_refused() {
	for (chain, label) in [(ChainId(6), ONE_CHAIN), (ChainId(0), ABSENT)] {
		let mut operation = swap(POOL, pool(), Side::Zero, 12_345_678, 1);
		operation.home.params.chain1 = chain;
		operation.far.params.chain1 = chain;
		let mut circuit = alone(operation);
		if chain == ChainId(0) {
			// The log of an absent chain.
			let mut log = JointLog::default();
			log.append(&circuit.witness.operations[0].far);
			circuit.witness.chains[2].count = log.count;
			circuit.witness.chains[2].commitment = log.commitment;
		}
		let unknown = Violation::Operation { operation: 0, rule: Rule::UnknownChain };
		assert_eq!(circuit.witness.check(circuit.class), Err(unknown));
		assert_eq!(violated(&Shape::of(&circuit)).0, [label]);
	}
}

#[test]
fn parameters_of_no_pool_should_be_refused() {
	for spoil in [
		|it: &mut JoinOperation| it.home.params.token0 = TokenId(512),
		|it: &mut JoinOperation| it.home.params.token1 = TokenId(u16::MAX),
		|it: &mut JoinOperation| it.home.params.fee_bps = 1_024,
	] {
		let mut operation = remove(POOL, pool(), 12_345, Some(1));
		spoil(&mut operation);
		operation.far.params = operation.home.params;
		let circuit = alone(operation);
		let pool = Violation::Operation { operation: 0, rule: Rule::Pool };
		assert_eq!(circuit.witness.check(circuit.class), Err(pool));
		// The home entry cannot even be written down: its log comes out differently.
		assert_eq!(violated(&Shape::of(&circuit)).0, [COMMITMENT, PARAMETERS]);
	}
}

#[test]
fn more_operations_than_the_class_holds_should_be_refused() {
	let operations = (0..9).map(|tx| swap(POOL, pool(), Side::Zero, 1_000, tx));
	let circuit = JoinCircuit { class: class(1), witness: witness(operations.collect()) };
	let full = Violation::Full { operations: 9, capacity: 8 };
	assert_eq!(circuit.witness.check(circuit.class), Err(full));
	assert_eq!(violated(&Shape::of(&circuit)).0, [COMMITMENT, COUNT]);
}

/// The proof of one block does not serve another.
#[test]
fn other_public_values_should_be_refused() {
	let honest = every_kind();
	let input = Shape::of(&honest).assignment[1];
	let changes: [&dyn Fn(&mut JoinCircuit); 6] = [
		&|it| it.witness.network = NetworkId(10),
		&|it| it.witness.number = BlockNumber(7),
		&|it| it.witness.version += 1,
		&|it| it.class = class(2),
		&|it| it.witness.chains[2].chain = ChainId(6),
		&|it| it.witness.chains.swap(2, 0),
	];
	for change in changes {
		let mut circuit = honest.clone();
		change(&mut circuit);
		assert_eq!(circuit.witness.check(circuit.class), Ok(()), "is a block, but another one");
		let mut shape = Shape::of(&circuit);
		assert_eq!(violated(&shape).0, []);
		shape.assignment[1] = input;
		assert_eq!(violated(&shape).0, [PUBLIC_INPUT]);
	}
}

#[test]
fn operations_of_these_tests_should_be_what_they_say() {
	let none = Amount::ZERO;
	let sketch = Sketch {
		params: POOL,
		codes: [CellCode::SwapIn, CellCode::SwapOut],
		before: [amount(1_000), amount(1_000)],
		amounts: [amount(1_000), amount(499)],
		after: [amount(2_000), amount(501)],
		supply: amount(1),
		shares: none,
		limits: [[amount(498), none], [none; 2]],
		tx: 1,
	};
	let expected = swap(POOL, liquidity(1_000, 1_000, 1), Side::Zero, 1_000, 1);
	assert_eq!(operation(&sketch), expected);
	assert_eq!(expected.check(), Ok(()));
}

// SPDX-License-Identifier: Apache-2.0

//! A small network with two chains, whose blocks the tests prove.

use crate::{
	chain::{ChainCircuit, ChainWitness, POOL_PATH, Script, SlotWitness, Step},
	gadgets::signature::SignatureWitness,
};
use ligature_ledger::{BlockParams, ChainState, Ledger, SealedBlock};
use ligature_primitives::{
	amount::{Amount, Fee},
	constants::{JoinClass, SizeClass},
	header::{Header, Network},
	ids::{
		AccountIndex, BlockNumber, ChainId, NetworkId, Nonce, Owner, PoolSlot, Side, Timestamp,
		TokenId,
	},
	keys::{PublicKey, SecretKey},
	op::{
		AddLiquidity, AddLiquidityBody, Body, ChangePubKey, CreatePool, Deposit, Fields, FullExit,
		Operation, OperationKind, RemoveLiquidity, RemoveLiquidityBody, SignedTransaction, Swap,
		SwapBody, Target, Transfer, TransferBody, Withdraw, WithdrawBody,
	},
	pool::PoolParams,
	poseidon::{Domain, Word, hash},
};

pub const NETWORK: NetworkId = NetworkId(7);
pub const VERSION: u16 = 3;
pub const A: ChainId = ChainId(1);
pub const B: ChainId = ChainId(2);
pub const START: u64 = 1_700_000_000;
pub const LAST_TIME: u64 = START + 1_000;

/// Token 1 of A and token 2 of B, with liquidity.
pub const AB: PoolParams =
	PoolParams { chain0: A, token0: TokenId(1), chain1: B, token1: TokenId(2), fee_bps: 30 };
/// Tokens 1 and 2 of A, with liquidity.
pub const AA: PoolParams =
	PoolParams { chain0: A, token0: TokenId(1), chain1: A, token1: TokenId(2), fee_bps: 100 };
/// Token 3 of B and token 3 of A, empty.
pub const BA: PoolParams =
	PoolParams { chain0: B, token0: TokenId(3), chain1: A, token1: TokenId(3), fee_bps: 0 };

pub fn amount(value: u128) -> Amount {
	Amount::new(value).unwrap()
}

pub fn fee(value: u128) -> Fee {
	Fee::new(value).unwrap()
}

pub fn index(value: u32) -> AccountIndex {
	AccountIndex::new(value).unwrap()
}

pub fn at(value: u32) -> Target {
	Target::Existing(index(value))
}

/// The key of a person.
pub fn secret(person: u8) -> SecretKey {
	SecretKey::from_seed(&[person; 32])
}

pub fn key(person: u8) -> PublicKey {
	secret(person).public_key()
}

/// The L1 account of a person.
pub fn owner(person: u8) -> Owner {
	Owner([person; 32])
}

pub fn sign<T: Body>(person: u8, body: T) -> SignedTransaction<T> {
	SignedTransaction::sign(NETWORK, Timestamp::new(LAST_TIME).unwrap(), body, &secret(person))
}

/// A ledger of two chains.
#[derive(Clone)]
pub struct World {
	pub ledger: Ledger,
}

/// A sealed block and what its witness is made from.
pub struct Block {
	pub network: Network,
	pub before: Vec<ChainState>,
	pub sealed: SealedBlock,
	pub operations: Vec<Operation>,
}

impl Block {
	/// The witnesses of the chains on which something happens.
	pub fn witnesses(&self) -> Vec<ChainWitness> {
		let Self { network, before, sealed, operations } = self;
		let witnesses =
			ChainWitness::of_sealed(before, network.id(), VERSION, sealed, operations).unwrap();
		witnesses.into_iter().flatten().collect()
	}

	/// What one chain does in the block, and the state on which it does it.
	pub fn script(&self, chain: ChainId) -> (ChainState, Script) {
		let Self { network, before, sealed, operations } = self;
		let transactions: Vec<_> = operations.iter().filter_map(Operation::transaction).collect();
		let place = network.position(chain).unwrap();
		let when = (sealed.number, sealed.timestamp);
		let (state, part) = (&before[place], &sealed.chains[place]);
		let script =
			Script::of_block(state, network.id(), VERSION, when, part, &transactions).unwrap();
		(state.clone(), script)
	}

	/// The block's header, with zeros where no circuit looks.
	pub fn header(&self) -> Header {
		Header {
			network: self.network.id(),
			chain_list_hash: [0; 32],
			number: self.sealed.number,
			parent: [0; 32],
			revert_epoch: 0,
			oracle_epoch: 0,
			member_set_hash: [0; 32],
			timestamp: self.sealed.timestamp,
			circuit_version: VERSION,
			keys_digest: [0; 32],
			join_class: self.sealed.join_class,
			chains: self.sealed.chains.iter().map(|chain| chain.header.clone()).collect(),
		}
	}

	/// What the chain's proof must have as its public input.
	pub fn public_input(&self, chain: ChainId) -> Word {
		self.header().chain_public_input(chain).unwrap()
	}
}

pub fn circuit(witness: &ChainWitness) -> ChainCircuit<'_> {
	ChainCircuit { witness }
}

impl World {
	/// On both chains: account 0 is the operator's (person 100); persons 1 and 2 have accounts 1 and
	/// 2 with their keys and a million of tokens 0 to 4; person 3 has account 3 without a key. Pools
	/// [`AB`] and [`AA`] have liquidity of person 1, [`BA`] has none.
	pub fn new() -> Self {
		let network = Network::new(NETWORK, vec![A, B]).unwrap();
		let mut world = Self { ledger: Ledger::new(network) };
		let mut operations: Vec<Operation> = Vec::new();
		for chain in [A, B] {
			operations.push(deposit(chain, 100, 0, 10, Target::New).into());
			for person in [1, 2] {
				for token in 0..5 {
					let target = if token == 0 { Target::New } else { at(person.into()) };
					let deposit = deposit(chain, person, token, 1_000_000, target);
					let key = (token == 0).then(|| key(person));
					operations.push(Deposit { key, ..deposit }.into());
				}
			}
			operations.push(deposit(chain, 3, 1, 500, Target::New).into());
		}
		world.block(3, operations);
		let pools = [
			(A, 0, Side::Zero, AB),
			(B, 0, Side::One, AB),
			(A, 1, Side::Zero, AA),
			(A, 2, Side::One, AA),
			(B, 1, Side::Zero, BA),
			(A, 3, Side::One, BA),
		];
		let operations = pools.map(|(chain, slot, side, params)| {
			CreatePool { chain, slot: PoolSlot(slot), side, params }.into()
		});
		world.block(3, operations.to_vec());
		for params in [AB, AA] {
			let add = world.add(1, params, 1, (100_000, 200_000), 0);
			world.block(3, vec![add.into()]);
		}
		world
	}

	/// A sealed block of these operations, all of which are accepted; `class` is the size class of both
	/// chains.
	pub fn block(&mut self, class: u8, operations: Vec<Operation>) -> Block {
		self.block_with(class, operations, |_| ())
	}

	/// The same with other parameters.
	pub fn block_with(
		&mut self,
		class: u8,
		operations: Vec<Operation>,
		adjust: impl FnOnce(&mut BlockParams),
	) -> Block {
		let before = self.ledger.states().to_vec();
		let number = BlockNumber(self.ledger.number().0 + 1);
		let mut params = BlockParams {
			number,
			timestamp: Timestamp::new(START + number.0).unwrap(),
			fee_accounts: vec![index(0); 2],
			classes: vec![SizeClass::new(class).unwrap(); 2],
			join_class: JoinClass::new(1).unwrap(),
			verify_signatures: true,
		};
		adjust(&mut params);
		self.ledger.begin_block(params).unwrap();
		for operation in &operations {
			self.ledger.apply(operation).unwrap();
		}
		let sealed = self.ledger.seal().unwrap();
		Block { network: self.ledger.network().clone(), before, sealed, operations }
	}

	/// A block of class 1 on a copy of the world.
	pub fn try_block(&self, operations: Vec<Operation>) -> Block {
		self.clone().block(1, operations)
	}

	pub fn nonce(&self, chain: ChainId, account: u32) -> Nonce {
		self.ledger.state(chain).unwrap().account(index(account)).map_or(Nonce(0), |a| a.nonce())
	}

	/// A transfer of token 1 on A from a person's account to another's.
	pub fn transfer(
		&self,
		person: u8,
		value: u128,
		change: impl FnOnce(&mut TransferBody),
	) -> Transfer {
		let mut body = TransferBody {
			chain: A,
			account: index(person.into()),
			nonce: self.nonce(A, person.into()),
			token: TokenId(1),
			receiver: owner(2),
			amount: amount(value),
			fee: fee(5),
		};
		change(&mut body);
		Transfer { tx: sign(person, body), target: at(2) }
	}

	/// A transfer that creates the account of person 9.
	pub fn transfer_new(&self, value: u128) -> Transfer {
		let transfer = self.transfer(1, value, |body| body.receiver = owner(9));
		Transfer { target: Target::New, ..transfer }
	}

	/// A withdrawal of token 2 on A by person 2.
	pub fn withdraw(&self, value: u128) -> Withdraw {
		let body = WithdrawBody {
			chain: A,
			account: index(2),
			nonce: self.nonce(A, 2),
			token: TokenId(2),
			receiver: owner(8),
			amount: amount(value),
			fee: fee(7),
		};
		Withdraw { tx: sign(2, body) }
	}

	/// Person 2's swap from account 2 to `out`.
	pub fn swap(&self, params: PoolParams, direction: Side, value: u128, out: Target) -> Swap {
		let body = SwapBody {
			params,
			direction,
			account: index(2),
			nonce: self.nonce(params.chain(direction), 2),
			amount: amount(value),
			min_out: amount(1),
			fee: fee(11),
		};
		Swap { tx: sign(2, body), out }
	}

	/// A person's addition of liquidity, from the accounts of the person's number.
	pub fn add(
		&self,
		person: u8,
		params: PoolParams,
		shares: u128,
		(max0, max1): (u128, u128),
		paid: u128,
	) -> AddLiquidity {
		let nonce0 = self.nonce(params.chain0, person.into());
		let one_account = params.chain0 == params.chain1;
		let nonce1 = if one_account {
			Nonce(nonce0.0 + 1)
		} else {
			self.nonce(params.chain1, person.into())
		};
		let body = AddLiquidityBody {
			params,
			account0: index(person.into()),
			nonce0,
			account1: index(person.into()),
			nonce1,
			shares: amount(shares),
			max0: amount(max0),
			max1: amount(max1),
			fee: fee(paid),
		};
		AddLiquidity { tx: sign(person, body) }
	}

	/// Person 1's removal of liquidity from account 1.
	pub fn remove(
		&self,
		params: PoolParams,
		shares: u128,
		paid: u128,
		far: Target,
	) -> RemoveLiquidity {
		let body = RemoveLiquidityBody {
			params,
			account: index(1),
			nonce: self.nonce(params.chain0, 1),
			shares: amount(shares),
			min0: amount(1),
			min1: amount(2),
			fee: fee(paid),
		};
		RemoveLiquidity { tx: sign(1, body), far }
	}
}

/// Changes what a slot's transaction says and signs it again: what an owner can do, and a prover whose
/// account it is.
pub fn resign(
	slot: &mut SlotWitness,
	kind: OperationKind,
	person: u8,
	change: impl FnOnce(&mut Fields),
) {
	let signed = slot.signed.as_mut().unwrap();
	change(&mut signed.fields);
	let words = signed.fields.words(kind, NETWORK, signed.expiry);
	let signature = secret(person).sign(&hash(Domain::TRANSACTION, &words));
	signed.signature = SignatureWitness::new(&key(person), &signature).unwrap();
}

/// A deposit without a key.
pub fn deposit(chain: ChainId, person: u8, token: u16, value: u128, target: Target) -> Deposit {
	Deposit {
		chain,
		token: TokenId(token),
		owner: owner(person),
		amount: amount(value),
		key: None,
		target,
	}
}

/// A full exit of an account that a person asks for.
pub fn exit(chain: ChainId, person: u8, account: u32, token: u16, far: Target) -> FullExit {
	let (account, token) = (index(account), TokenId(token));
	FullExit { chain, account, token, owner: owner(person), far }
}

/// A key change of an account, to the key of person 50, that a person asks for.
pub fn change_key(person: u8, account: Option<u32>, target: Target) -> ChangePubKey {
	let (account, owner) = (account.map(index), owner(person));
	ChangePubKey { chain: A, account, owner, key: key(50), target }
}

/// The next pool of chain A, numbered by the token of its side 0.
pub fn create_pool(slot: u16, side: Side, token0: u16) -> CreatePool {
	let params = PoolParams {
		chain0: A,
		token0: TokenId(token0),
		chain1: A,
		token1: TokenId(511),
		fee_bps: 1_000,
	};
	CreatePool { chain: A, slot: PoolSlot(slot), side, params }
}

/// A case of the tests.
#[derive(Clone)]
pub struct Case {
	/// What happens.
	pub name: String,
	/// The state before.
	pub before: ChainState,
	/// What the chain does.
	pub script: Script,
	/// How many pairs of slots that takes: the circuit has no others.
	pub pairs: usize,
}

impl Case {
	/// The witness of a circuit with so many pairs of slots.
	///
	/// Unused registers stand far from the pools of the world, as a prover may choose, so that a forged
	/// leaf of a pool does not change their paths.
	pub fn witness(&self) -> ChainWitness {
		let (mut witness, _) = self.script.play(&self.before).unwrap();
		witness.slots.truncate(2 * self.pairs);
		let aside = PoolSlot(1_000);
		let siblings = self.before.pool_path(aside).siblings;
		for register in witness.registers.iter_mut().filter(|register| !register.used) {
			register.slot = aside.0;
			register.leaf = Word::from(0u64);
			register.siblings.copy_from_slice(&siblings[..POOL_PATH]);
		}
		witness
	}
}

/// An account that never exists, far from the others: its path shares no node with theirs but the root's
/// surroundings.
pub const NOBODY: u32 = (1 << 24) - 1;

/// A cell without effect on an account far away, so that all slots after it find what was there.
pub fn idle(chain: ChainId) -> Operation {
	exit(chain, 1, NOBODY, 1, Target::New).into()
}

/// Every cell in every place where it can stand, each case as small as it can be.
///
/// Where there are no fees the fee account is [`NOBODY`], as the protocol allows.
pub fn cases() -> Vec<Case> {
	let world = World::new();
	let mut cases = Vec::new();
	let mut case = |name: &str, chain, operations: Vec<Operation>| {
		let (before, mut script) = world.try_block(operations).script(chain);
		let last = script.steps.iter().rposition(|step| *step != Step::NOOP);
		if script.steps.iter().all(|step| step.cell.fee.is_zero()) {
			script.fee_account = index(NOBODY);
		}
		let pairs = last.map_or(1, |last| last / 2 + 1);
		cases.push(Case { name: name.into(), before, script, pairs });
	};
	case("transfer", A, vec![world.transfer(1, 100, |_| ()).into()]);
	let free = world.transfer(1, 100, |body| body.fee = fee(0));
	case("transfer without fee", A, vec![free.into()]);
	case("transfer to a new account", A, vec![world.transfer_new(100).into()]);
	let shares = world.transfer(1, 100, |body| {
		body.token = TokenId(512);
		body.fee = fee(0);
	});
	case("transfer of shares", A, vec![shares.into()]);
	case(
		"transfer to oneself",
		A,
		vec![
			Transfer { target: at(1), ..world.transfer(1, 100, |body| body.receiver = owner(1)) }
				.into(),
		],
	);
	case("nothing for nobody", A, vec![idle(A), idle(A)]);
	case("withdrawal", A, vec![world.withdraw(100).into(), idle(A)]);
	case(
		"withdrawal and deposit",
		A,
		vec![world.withdraw(100).into(), deposit(A, 1, 1, 70, at(1)).into()],
	);
	let new_with_key = Deposit { key: Some(key(5)), ..deposit(A, 5, 511, 70, Target::New) };
	case("deposit with key to a new account", A, vec![new_with_key.into()]);
	let with_key = Deposit { key: Some(key(5)), ..deposit(A, 3, 511, 70, at(3)) };
	case("deposit with key", A, vec![with_key.into()]);
	case("key change", A, vec![change_key(3, Some(3), at(3)).into()]);
	case("key change refused", A, vec![change_key(3, Some(1), at(1)).into()]);
	case("key change of nobody", A, vec![change_key(3, Some(NOBODY), at(NOBODY)).into()]);
	case("key change of a new account", A, vec![change_key(9, None, Target::New).into()]);
	let add = |person, params, shares, maxima| world.add(person, params, shares, maxima, 13);
	let some = (1_000_000 - 20, 1_000_000 - 20);
	case("liquidity, side 0", A, vec![add(2, AB, 500, some).into()]);
	case("liquidity, side 1", B, vec![add(2, AB, 500, some).into(), idle(B)]);
	case("first liquidity, side 0", B, vec![add(2, BA, 500, (5_000, 6_000)).into()]);
	case("first liquidity, side 1", A, vec![add(2, BA, 500, (5_000, 6_000)).into()]);
	case("removal, side 0", A, vec![world.remove(AB, 700, 17, at(1)).into()]);
	case("removal within a chain", A, vec![world.remove(AA, 700, 17, at(1)).into()]);
	case("exit of shares", A, vec![exit(A, 1, 1, 512, Target::New).into()]);
	case("exit of shares within a chain", A, vec![exit(A, 1, 1, 513, at(1)).into()]);
	case("exit of no shares", A, vec![exit(A, 2, 2, 512, Target::New).into()]);
	case("exit of nobody's shares", A, vec![exit(A, 2, NOBODY, 512, Target::New).into()]);
	case("swap within a chain", A, vec![world.swap(AA, Side::Zero, 1_000, at(2)).into()]);
	case("swap back within a chain", A, vec![world.swap(AA, Side::One, 1_000, Target::New).into()]);
	case("swap, input", A, vec![world.swap(AB, Side::Zero, 1_000, at(2)).into(), idle(A)]);
	case("swap, input without fee", A, vec![swap_in(&world).into(), idle(A)]);
	case("swap, input on side 1", B, vec![world.swap(AB, Side::One, 1_000, at(2)).into()]);
	case(
		"two pools created",
		A,
		vec![create_pool(4, Side::Zero, 510).into(), create_pool(5, Side::One, 510).into()],
	);
	// What can stand in any slot: in an even one with an idle cell after it, in an odd one after it.
	for (odd, place) in [(false, "even"), (true, "odd")] {
		let mut any = |name: &str, chain, operation: Operation| {
			let mut operations = vec![operation, idle(chain)];
			if odd {
				operations.reverse();
			}
			case(&format!("{name} on an {place} slot"), chain, operations);
		};
		for (target, kind) in [(at(1), ""), (Target::New, " to a new account")] {
			let to = |what: &str| format!("{what}{kind}");
			any(&to("deposit"), A, deposit(A, 1, 1, 70, target).into());
			let swap = Swap { out: target, ..swap_of_one(&world) };
			any(&to("swap, output"), A, swap.into());
			any(&to("removal, side 1"), B, world.remove(AB, 700, 17, target).into());
			any(&to("exit of shares, side 1"), B, exit(A, 1, 1, 512, target).into());
		}
		any("full exit", A, exit(A, 1, 1, 1, Target::New).into());
		any("full exit that finds another's", A, exit(A, 1, 2, 1, Target::New).into());
		any("pool created", A, create_pool(4, Side::One, 510).into());
	}
	let (_, mut script) = world.try_block(vec![idle(A)]).script(A);
	script.steps = vec![Step::NOOP; 8];
	script.fee_account = index(NOBODY);
	cases.push(Case { name: "padding".into(), before: ChainState::new(A), script, pairs: 1 });
	cases
}

/// Person 2's swap of token 1 on A for token 2 on B, without fee.
fn swap_in(world: &World) -> Swap {
	let swap = world.swap(AB, Side::Zero, 1_000, at(2));
	let body = SwapBody { fee: fee(0), ..swap.tx.body };
	Swap { tx: sign(2, body), ..swap }
}

/// Person 1's swap of token 2 on B for token 1 on A, without fee.
fn swap_of_one(world: &World) -> Swap {
	let body = SwapBody {
		account: index(1),
		nonce: world.nonce(B, 1),
		fee: fee(0),
		..world.swap(AB, Side::One, 1_000, at(1)).tx.body
	};
	Swap { tx: sign(1, body), out: at(1) }
}

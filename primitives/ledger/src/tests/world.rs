// SPDX-License-Identifier: Apache-2.0

//! A small network in which every step is checked.

use crate::{
	BlockParams, ChainState, Ledger, Receipt, SealedBlock, check_block, check_invariants,
	check_step, replay,
};
use ligature_primitives::{
	amount::{Amount, Fee},
	constants::{JoinClass, SizeClass},
	header::Network,
	ids::{
		AccountIndex, BlockNumber, ChainId, NetworkId, Nonce, Owner, PoolSlot, Side, Timestamp,
		TokenId,
	},
	keys::SecretKey,
	op::{
		AddLiquidity, AddLiquidityBody, Body, CreatePool, Deposit, FullExit, Operation,
		RemoveLiquidity, RemoveLiquidityBody, SignedTransaction, Swap, SwapBody, Target, Transfer,
		TransferBody, Withdraw, WithdrawBody,
	},
	pool::PoolParams,
	refusal::Refusal,
};

pub const NETWORK: NetworkId = NetworkId(7);
pub const A: ChainId = ChainId(1);
pub const B: ChainId = ChainId(2);
pub const C: ChainId = ChainId(9);
pub const START: u64 = 1_700_000_000;
pub const LAST_TIME: u64 = START + 1_000_000;

/// A pool between token 1 of A and token 2 of B.
pub const AB: PoolParams =
	PoolParams { chain0: A, token0: TokenId(1), chain1: B, token1: TokenId(2), fee_bps: 30 };
/// A pool between tokens 1 and 2 of A.
pub const AA: PoolParams =
	PoolParams { chain0: A, token0: TokenId(1), chain1: A, token1: TokenId(2), fee_bps: 100 };

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

/// The L1 account of a person.
pub fn owner(person: u8) -> Owner {
	Owner([person; 32])
}

pub fn sign<T: Body>(person: u8, body: T) -> SignedTransaction<T> {
	sign_for(person, NETWORK, LAST_TIME, body)
}

pub fn sign_for<T: Body>(
	person: u8,
	network: NetworkId,
	expiry: u64,
	body: T,
) -> SignedTransaction<T> {
	let expiry = Timestamp::new(expiry).unwrap();
	let hash = ligature_primitives::op::transaction_hash(network, expiry, &body);
	let secret = secret(person);
	SignedTransaction {
		network,
		expiry,
		body,
		key: secret.key_point().into(),
		signature: secret.sign(&hash),
	}
}

/// What to change about the block that a [`World`] begins.
pub type Adjust = fn(&mut BlockParams);

/// A ledger of three chains, and each chain's state as replay gives it.
pub struct World {
	pub ledger: Ledger,
	mirrors: Vec<ChainState>,
	adjust: Adjust,
}

impl World {
	/// An empty network with a block begun.
	pub fn empty() -> Self {
		Self::with(|_| ())
	}

	/// An empty network whose blocks are begun with other parameters.
	pub fn with(adjust: Adjust) -> Self {
		let chains = vec![A, B, C];
		let mirrors = chains.iter().copied().map(ChainState::new).collect();
		let ledger = Ledger::new(Network::new(NETWORK, chains).unwrap());
		let mut world = Self { ledger, mirrors, adjust };
		world.begin();
		world
	}

	/// Account 0 of each chain is the operator's (person 100). Persons 1 and 2 have accounts 1 and 2
	/// with their keys and a million of tokens 0 to 5 on each chain.
	pub fn funded() -> Self {
		Self::funded_with(|_| ())
	}

	pub fn funded_with(adjust: Adjust) -> Self {
		let mut world = Self::with(|_| ());
		for chain in [A, B, C] {
			world.deposit(chain, 100, 0, 0, Target::New).unwrap();
			for person in [1, 2] {
				for token in 0..6 {
					let target = if token == 0 { Target::New } else { at(person.into()) };
					world.deposit(chain, person, token, 1_000_000, target).unwrap();
				}
			}
		}
		world.adjust = adjust;
		world.seal();
		world
	}

	/// [`Self::funded`], and both pools with liquidity of person 1.
	pub fn with_pools() -> Self {
		Self::with_pools_and(|_| ())
	}

	pub fn with_pools_and(adjust: Adjust) -> Self {
		let mut world = Self::funded();
		world.create_pool(A, 0, Side::Zero, AB).unwrap();
		world.create_pool(B, 0, Side::One, AB).unwrap();
		world.create_pool(A, 1, Side::Zero, AA).unwrap();
		world.create_pool(A, 2, Side::One, AA).unwrap();
		for params in [AB, AA] {
			world.add(1, params, 1, (100_000, 200_000), 0).unwrap();
		}
		world.adjust = adjust;
		world.seal();
		world
	}

	/// Begins the next block.
	pub fn begin(&mut self) {
		let number = BlockNumber(self.ledger.number().0 + 1);
		let mut params = BlockParams {
			number,
			timestamp: Timestamp::new(START + number.0).unwrap(),
			fee_accounts: vec![index(0); 3],
			classes: vec![SizeClass::new(2).unwrap(); 3],
			join_class: JoinClass::new(2).unwrap(),
			verify_signatures: true,
		};
		(self.adjust)(&mut params);
		self.ledger.begin_block(params).unwrap();
	}

	/// Applies an operation; all invariants hold after it, and a refused one leaves no trace.
	pub fn apply(&mut self, operation: impl Into<Operation>) -> Result<Receipt, Refusal> {
		let operation = operation.into();
		let before = self.ledger.clone();
		let checked = self.ledger.check(&operation);
		assert_eq!(self.ledger, before, "a check leaves no trace");
		let result = self.ledger.apply(&operation);
		assert_eq!(checked.err(), result.as_ref().err().copied(), "check and apply agree");
		if result.is_err() {
			assert_eq!(self.ledger, before, "a refused operation leaves no trace");
		}
		assert_eq!(check_invariants(&self.ledger), Ok(()));
		assert_eq!(check_step(&before, &self.ledger), Ok(()));
		result
	}

	/// Asserts that the operation is refused for this reason.
	#[track_caller]
	pub fn refuse(&mut self, operation: impl Into<Operation>, refusal: Refusal) {
		assert_eq!(self.apply(operation), Err(refusal));
	}

	/// Seals the block, replays it on every chain, and begins the next.
	pub fn seal(&mut self) -> SealedBlock {
		let before = self.ledger.clone();
		let block = self.ledger.seal().unwrap();
		assert_eq!(check_block(&block), Ok(()));
		assert_eq!(check_invariants(&self.ledger), Ok(()));
		assert_eq!(check_step(&before, &self.ledger), Ok(()));
		for ((chain, state), mirror) in
			block.chains.iter().zip(self.ledger.states()).zip(&mut self.mirrors)
		{
			replay(mirror, &chain.header, &chain.bytes).unwrap();
			assert_same(mirror, state);
		}
		self.begin();
		block
	}

	pub fn balance(&self, chain: ChainId, account: u32, token: u16) -> u128 {
		self.ledger.state(chain).unwrap().balance(index(account), TokenId(token)).get()
	}

	pub fn nonce(&self, chain: ChainId, account: u32) -> Nonce {
		self.ledger.state(chain).unwrap().account(index(account)).map_or(Nonce(0), |a| a.nonce())
	}

	/// Own reserve, foreign reserve and supply of a pool's side.
	pub fn pool(&self, params: PoolParams, side: Side) -> (u128, u128, u128) {
		let state = self.ledger.state(params.chain(side)).unwrap();
		let leaf = state.pool(state.pool_slot(&params, side).unwrap()).unwrap();
		(leaf.own.get(), leaf.foreign.get(), leaf.supply.get())
	}

	/// A deposit with the person's key.
	pub fn deposit(
		&mut self,
		chain: ChainId,
		person: u8,
		token: u16,
		value: u128,
		target: Target,
	) -> Result<Receipt, Refusal> {
		let key = Some(secret(person).public_key());
		let (owner, token, amount) = (owner(person), TokenId(token), amount(value));
		self.apply(Deposit { chain, token, owner, amount, key, target })
	}

	pub fn create_pool(
		&mut self,
		chain: ChainId,
		slot: u16,
		side: Side,
		params: PoolParams,
	) -> Result<Receipt, Refusal> {
		self.apply(CreatePool { chain, slot: PoolSlot(slot), side, params })
	}

	/// Person 1's transfer of token 1 on A from account 1 to account 2, which is person 2's.
	pub fn transfer(&self, value: u128, change: impl FnOnce(&mut TransferBody)) -> Transfer {
		let mut body = TransferBody {
			chain: A,
			account: index(1),
			nonce: self.nonce(A, 1),
			token: TokenId(1),
			receiver: owner(2),
			amount: amount(value),
			fee: Fee::ZERO,
		};
		change(&mut body);
		Transfer { tx: sign(1, body), target: at(2) }
	}

	/// Person 1's withdrawal of token 1 on A to the L1 account of person 3.
	pub fn withdraw(&self, value: u128, change: impl FnOnce(&mut WithdrawBody)) -> Withdraw {
		let mut body = WithdrawBody {
			chain: A,
			account: index(1),
			nonce: self.nonce(A, 1),
			token: TokenId(1),
			receiver: owner(3),
			amount: amount(value),
			fee: Fee::ZERO,
		};
		change(&mut body);
		Withdraw { tx: sign(1, body) }
	}

	/// Person 2's swap on account 2, output to account 2.
	pub fn swap(
		&self,
		params: PoolParams,
		direction: Side,
		value: u128,
		change: impl FnOnce(&mut SwapBody),
	) -> Swap {
		let mut body = SwapBody {
			params,
			direction,
			account: index(2),
			nonce: self.nonce(params.chain(direction), 2),
			amount: amount(value),
			min_out: amount(1),
			fee: Fee::ZERO,
		};
		change(&mut body);
		Swap { tx: sign(2, body), out: at(2) }
	}

	/// A person's addition of liquidity, from the accounts of the person's number.
	pub fn add_op(
		&self,
		person: u8,
		params: PoolParams,
		shares: u128,
		(max0, max1): (u128, u128),
		change: impl FnOnce(&mut AddLiquidityBody),
	) -> AddLiquidity {
		let nonce0 = self.nonce(params.chain0, person.into());
		let one_account = params.chain0 == params.chain1;
		let nonce1 = if one_account {
			Nonce(nonce0.0 + 1)
		} else {
			self.nonce(params.chain1, person.into())
		};
		let mut body = AddLiquidityBody {
			params,
			account0: index(person.into()),
			nonce0,
			account1: index(person.into()),
			nonce1,
			shares: amount(shares),
			max0: amount(max0),
			max1: amount(max1),
			fee: Fee::ZERO,
		};
		change(&mut body);
		AddLiquidity { tx: sign(person, body) }
	}

	pub fn add(
		&mut self,
		person: u8,
		params: PoolParams,
		shares: u128,
		maxima: (u128, u128),
		paid: u128,
	) -> Result<Receipt, Refusal> {
		let op = self.add_op(person, params, shares, maxima, |body| body.fee = fee(paid));
		self.apply(op)
	}

	/// Person 1's removal of liquidity from account 1 to accounts 1.
	pub fn remove(
		&self,
		params: PoolParams,
		shares: u128,
		change: impl FnOnce(&mut RemoveLiquidityBody),
	) -> RemoveLiquidity {
		let mut body = RemoveLiquidityBody {
			params,
			account: index(1),
			nonce: self.nonce(params.chain0, 1),
			shares: amount(shares),
			min0: amount(0),
			min1: amount(0),
			fee: Fee::ZERO,
		};
		change(&mut body);
		RemoveLiquidity { tx: sign(1, body), far: at(1) }
	}

	/// A full exit that the person asks for, of the account of the person's number.
	pub fn exit(&self, chain: ChainId, person: u8, token: u16) -> FullExit {
		FullExit {
			chain,
			account: index(person.into()),
			token: TokenId(token),
			owner: owner(person),
			far: at(person.into()),
		}
	}
}

/// Asserts that two states hold the same accounts and pools under the same root.
pub fn assert_same(one: &ChainState, other: &ChainState) {
	assert_eq!(one.root(), other.root());
	assert_eq!(one.next(), other.next());
	assert!(one.accounts().eq(other.accounts()));
	assert!(one.pools().eq(other.pools()));
	assert!(one.totals().eq(other.totals()));
}

// SPDX-License-Identifier: Apache-2.0

//! What no random story is long enough to meet: the last nonce, full trees, balances at the limit.

use ligature_model::{
	Block, Model, Receipt,
	state::{Account, Pool},
};
use ligature_primitives::{
	amount::{Amount, Fee},
	constants::{JoinClass, SizeClass},
	header::Network,
	ids::{AccountIndex, ChainId, NetworkId, Nonce, Owner, PoolSlot, Side, Timestamp, TokenId},
	keys::{PublicKey, SecretKey, Signature},
	op::{
		AddLiquidity, AddLiquidityBody, ChangePubKey, CreatePool, Deposit, FullExit,
		SignedTransaction, Target, Transfer, TransferBody,
	},
	pool::PoolParams,
	refusal::Refusal,
};

const CHAIN: ChainId = ChainId(1);
const TOKEN: TokenId = TokenId(3);
const FIRST_RESERVED: u32 = (1 << 24) - (1 << 16);
const FIRST_FOR_EXITS: u32 = (1 << 24) - (1 << 15);
const END: u32 = 1 << 24;

fn owner(name: u8) -> Owner {
	Owner([name; 32])
}

fn key() -> PublicKey {
	SecretKey::from_seed(&[7; 32]).public_key()
}

fn amount(value: u128) -> Amount {
	Amount::new(value).expect("below 2^112")
}

fn index(index: u32) -> AccountIndex {
	AccountIndex::new(index).expect("below 2^24")
}

/// Two chains; on the first, accounts 0 and 1 of owners 1 and 2 with 1,000 of the token each. Nobody
/// looks at signatures.
fn model() -> Model {
	let network =
		Network::new(NetworkId(9), vec![CHAIN, ChainId(2)]).expect("two chains, ascending");
	let mut model = Model::new(network);
	let chain = model.chains.get_mut(&1).expect("it is in the network");
	for place in 0..2 {
		let mut account = Account::fresh(owner(place + 1));
		account.key = Some(key());
		account.set_balance(TOKEN.0, 1_000);
		chain.accounts.insert(u32::from(place), account);
	}
	chain.next = 2;
	let class = SizeClass::new(2).expect("a class");
	model.begin_block(Block {
		timestamp: 100,
		chains: [(1, (0, class)), (2, (0, class))].into(),
		join_class: JoinClass::new(1).expect("a class"),
		verify_signatures: false,
	});
	model
}

fn send<T>(body: T) -> SignedTransaction<T> {
	SignedTransaction {
		network: NetworkId(9),
		expiry: Timestamp::new(100).expect("small"),
		body,
		key: key().into(),
		signature: Signature { r: [0; 32], s: [0; 32] },
	}
}

fn transfer(model: &mut Model, nonce: u32, to: Target, value: u128) -> Result<Receipt, Refusal> {
	let body = TransferBody {
		chain: CHAIN,
		account: index(0),
		nonce: Nonce(nonce),
		token: TOKEN,
		receiver: owner(2),
		amount: amount(value),
		fee: Fee::ZERO,
	};
	model.apply(&Transfer { tx: send(body), target: to }.into())
}

/// A pool between two tokens of the chain, in slots 0 and 1, whose first account has 10,000 of both.
fn add_pool(model: &mut Model) -> PoolParams {
	let params =
		PoolParams { chain0: CHAIN, token0: TOKEN, chain1: CHAIN, token1: TokenId(4), fee_bps: 30 };
	let chain = model.chains.get_mut(&1).expect("there");
	chain.accounts.get_mut(&0).expect("there").set_balance(TOKEN.0, 10_000);
	chain.accounts.get_mut(&0).expect("there").set_balance(4, 10_000);
	for (slot, side) in [(0, Side::Zero), (1, Side::One)] {
		let it = CreatePool { chain: CHAIN, slot: PoolSlot(slot), side, params };
		model.apply(&it.into()).expect("the next slot");
	}
	params
}

#[test]
fn last_nonce_should_never_be_spent() {
	let mut model = model();
	let to = Target::Existing(index(1));
	model.chains.get_mut(&1).expect("there").accounts.get_mut(&0).expect("there").nonce =
		u32::MAX - 1;
	assert!(transfer(&mut model, u32::MAX - 1, to, 1).is_ok());
	assert_eq!(transfer(&mut model, u32::MAX - 1, to, 1), Err(Refusal::NonceMismatch));
	assert_eq!(transfer(&mut model, u32::MAX, to, 1), Err(Refusal::NonceExhausted));
}

#[test]
fn reserved_indices_should_be_for_priority_operations_only() {
	let mut model = model();
	let deposit = |model: &mut Model| {
		let target = Target::New;
		model.apply(
			&Deposit {
				chain: CHAIN,
				token: TOKEN,
				owner: owner(5),
				amount: amount(1),
				key: None,
				target,
			}
			.into(),
		)
	};
	let change = |model: &mut Model| {
		let target = Target::New;
		let it = ChangePubKey { chain: CHAIN, account: None, owner: owner(5), key: key(), target };
		model.apply(&it.into())
	};
	model.chains.get_mut(&1).expect("there").next = FIRST_RESERVED - 1;
	let created = transfer(&mut model, 0, Target::New, 1).expect("the last index for transfers");
	assert_eq!(created.created, [(1, FIRST_RESERVED - 1)]);
	assert_eq!(transfer(&mut model, 1, Target::New, 1), Err(Refusal::TreeFull));
	assert_eq!(deposit(&mut model).map(|it| it.created), Ok(vec![(1, FIRST_RESERVED)]));
	model.chains.get_mut(&1).expect("there").next = FIRST_FOR_EXITS - 1;
	assert_eq!(change(&mut model).map(|it| it.created), Ok(vec![(1, FIRST_FOR_EXITS - 1)]));
	assert_eq!(deposit(&mut model), Err(Refusal::TreeFull));
	assert_eq!(change(&mut model), Err(Refusal::TreeFull));
}

#[test]
fn balances_should_stay_below_their_limit() {
	let mut model = model();
	let accounts = &mut model.chains.get_mut(&1).expect("there").accounts;
	accounts.get_mut(&1).expect("there").set_balance(TOKEN.0, (1 << 112) - 10);
	let to = Target::Existing(index(1));
	assert_eq!(transfer(&mut model, 0, to, 10), Err(Refusal::BalanceOverflow));
	assert!(transfer(&mut model, 0, to, 9).is_ok());
}

#[test]
fn pools_should_end_at_their_number() {
	let mut model = model();
	let params = |fee_bps| PoolParams {
		chain0: CHAIN,
		token0: TOKEN,
		chain1: ChainId(2),
		token1: TOKEN,
		fee_bps,
	};
	let create = |model: &mut Model, slot, fee_bps| {
		let side = Side::Zero;
		model.apply(
			&CreatePool { chain: CHAIN, slot: PoolSlot(slot), side, params: params(fee_bps) }
				.into(),
		)
	};
	let pools = &mut model.chains.get_mut(&1).expect("there").pools;
	for slot in 0..511 {
		let pool = Pool { params: params(slot), side: 0, own: 0, foreign: 0, supply: 0 };
		pools.insert(slot, pool);
	}
	assert_eq!(create(&mut model, 510, 600), Err(Refusal::WrongPoolSlot));
	assert_eq!(create(&mut model, 511, 5), Err(Refusal::PoolExists));
	assert!(create(&mut model, 511, 600).is_ok());
	assert_eq!(create(&mut model, 512, 601), Err(Refusal::PoolsFull));
}

#[test]
fn last_indices_should_be_for_exits_of_shares_only() {
	let mut model = model();
	add_pool(&mut model);
	let chain = model.chains.get_mut(&1).expect("there");
	chain.accounts.get_mut(&0).expect("there").set_balance(512, 50);
	for (slot, reserve) in [(0, 1_000), (1, 3_000)] {
		let pool = chain.pools.get_mut(&slot).expect("just made");
		(pool.own, pool.supply) = (reserve, if slot == 0 { 1_050 } else { 0 });
	}
	let exit = FullExit {
		chain: CHAIN,
		account: index(0),
		token: TokenId(512),
		owner: owner(1),
		far: Target::New,
	};
	chain.next = END;
	assert_eq!(model.apply(&exit.clone().into()), Err(Refusal::TreeFull));
	model.chains.get_mut(&1).expect("there").next = END - 1;
	let receipt = model.apply(&exit.into()).expect("the last index of all");
	assert_eq!(receipt.created, [(1, END - 1)]);
	assert_eq!(receipt.changes[&(1, END - 1, 4)], (0, 142));
}

#[test]
fn an_exit_of_no_shares_should_change_nothing() {
	let mut model = model();
	add_pool(&mut model);
	let before = model.chains.clone();
	let exit = FullExit {
		chain: CHAIN,
		account: index(0),
		token: TokenId(512),
		owner: owner(1),
		far: Target::New,
	};
	let receipt = model.apply(&exit.into()).expect("served");
	assert_eq!((receipt.changes.len(), receipt.created, receipt.paid), (0, vec![], None));
	assert_eq!(model.chains, before);
	let sealed = model.seal();
	assert_eq!((sealed.joint, sealed.chains[&1].priority), (0, 3));
}

#[test]
fn one_account_should_pay_both_sides_of_a_pool_on_one_chain() {
	let mut model = model();
	let params = add_pool(&mut model);
	let add = |nonce1| AddLiquidity {
		tx: send(AddLiquidityBody {
			params,
			account0: index(0),
			nonce0: Nonce(0),
			account1: index(0),
			nonce1: Nonce(nonce1),
			shares: amount(9_000),
			max0: amount(10_000),
			max1: amount(10_000),
			fee: Fee::ZERO,
		}),
	};
	assert_eq!(model.apply(&add(0).into()), Err(Refusal::NonceMismatch));
	let receipt = model.apply(&add(1).into()).expect("the second nonce follows the first");
	assert_eq!(receipt.changes[&(1, 0, 512)], (0, 9_000));
	assert_eq!(model.chains[&1].pools[&0].supply, 10_000);
	// Everything but the locked shares comes back by an exit, to the same account or another.
	let exit = FullExit {
		chain: CHAIN,
		account: index(0),
		token: TokenId(512),
		owner: owner(1),
		far: Target::Existing(index(0)),
	};
	let receipt = model.apply(&exit.into()).expect("the owner asked");
	assert_eq!(receipt.changes[&(1, 0, 4)], (0, 9_000));
	assert_eq!(receipt.paid, None);
	let sealed = model.seal();
	assert_eq!((sealed.joint, sealed.chains[&1].priority), (2, 3));
}

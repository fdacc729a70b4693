// SPDX-License-Identifier: Apache-2.0

//! Blocks to prove, for tests and for the benchmark.

use ligature_ledger::{
	BlockParams, ChainState, Ledger, SealedBlock, record::BlockRecord, tree::Sequential,
};
use ligature_primitives::{
	amount::{Amount, Fee},
	constants::{JoinClass, SizeClass},
	header::{Digest, Header, Network},
	ids::{
		AccountIndex, BlockNumber, ChainId, NetworkId, Owner, PoolSlot, Side, Timestamp, TokenId,
	},
	keys::SecretKey,
	op::{
		AddLiquidity, AddLiquidityBody, Body, CreatePool, Deposit, Operation, SignedTransaction,
		Swap, SwapBody, Target, Transfer, TransferBody,
	},
	pool::PoolParams,
};
use std::error::Error;

type Outcome<T> = Result<T, Box<dyn Error>>;

const NETWORK: NetworkId = NetworkId(9);
const ONE: ChainId = ChainId(1);
const TWO: ChainId = ChainId(2);
const START: u64 = 1_700_000_000;
const TOKEN: TokenId = TokenId(1);
const POOL: PoolParams =
	PoolParams { chain0: ONE, token0: TOKEN, chain1: TWO, token1: TOKEN, fee_bps: 30 };
/// The accounts of the operator, of the trader who signs everything, and of who is paid.
const OPERATOR: u32 = 0;
const TRADER: u32 = 1;
const PAYEE: u32 = 2;

/// A sealed block, and what it takes to prove it.
#[derive(Clone)]
pub struct Block {
	/// The states of the chains before it.
	pub before: Vec<ChainState>,
	/// Its header.
	pub header: Header,
	/// The block.
	pub sealed: SealedBlock,
	/// What went into it.
	pub record: BlockRecord,
}

/// A ledger of two chains with a pool between them.
pub struct World {
	/// All blocks, from number 1 on.
	pub blocks: Vec<Block>,
	/// What the next headers say of keys.
	pub keys_digest: Digest,
	ledger: Ledger,
	trader: SecretKey,
}

fn index(number: u32) -> Outcome<AccountIndex> {
	Ok(AccountIndex::new(number)?)
}

fn amount(value: u128) -> Outcome<Amount> {
	Ok(Amount::new(value)?)
}

fn owner(account: u32) -> Owner {
	Owner([account as u8 + 1; 32])
}

impl World {
	/// The trader has a billion on either chain, and has given half a billion to the pool.
	pub fn new() -> Outcome<Self> {
		let network = Network::new(NETWORK, vec![ONE, TWO])?;
		let trader = SecretKey::from_seed(&[1; 32]);
		let ledger = Ledger::new(network);
		let mut world = Self { blocks: Vec::new(), keys_digest: [0; 32], ledger, trader };
		let mut operations: Vec<Operation> = Vec::new();
		for chain in [ONE, TWO] {
			for account in [OPERATOR, TRADER, PAYEE] {
				let deposit = Deposit {
					chain,
					token: TOKEN,
					amount: amount(1_000_000_000)?,
					owner: owner(account),
					target: Target::New,
					key: (account == TRADER).then(|| world.trader.public_key()),
				};
				operations.push(deposit.into());
			}
			let side = if chain == ONE { Side::Zero } else { Side::One };
			operations.push(CreatePool { chain, slot: PoolSlot(0), side, params: POOL }.into());
		}
		world.block([2, 2], operations)?;
		let add = AddLiquidityBody {
			params: POOL,
			account0: index(TRADER)?,
			nonce0: world.nonce(ONE)?,
			account1: index(TRADER)?,
			nonce1: world.nonce(TWO)?,
			shares: amount(1)?,
			max0: amount(500_000_000)?,
			max1: amount(500_000_000)?,
			fee: Fee::default(),
		};
		let add = AddLiquidity { tx: world.sign(add)? };
		world.block([2, 2], vec![add.into()])?;
		Ok(world)
	}

	/// A block with so many transfers on chain 1 and then so many swaps from there to chain 2.
	pub fn trade(&mut self, classes: [u8; 2], transfers: u32, swaps: u32) -> Outcome<Block> {
		let mut nonce = self.nonce(ONE)?;
		let mut operations: Vec<Operation> = Vec::new();
		for i in 0..transfers {
			let body = TransferBody {
				chain: ONE,
				account: index(TRADER)?,
				nonce,
				token: TOKEN,
				receiver: owner(PAYEE),
				amount: amount(1_000 + u128::from(i))?,
				fee: Fee::default(),
			};
			nonce.0 += 1;
			let target = Target::Existing(index(PAYEE)?);
			operations.push(Transfer { tx: self.sign(body)?, target }.into());
		}
		for i in 0..swaps {
			let body = SwapBody {
				params: POOL,
				direction: Side::Zero,
				account: index(TRADER)?,
				nonce,
				amount: amount(10_000 + u128::from(i))?,
				min_out: amount(1)?,
				fee: Fee::default(),
			};
			nonce.0 += 1;
			let out = Target::Existing(index(TRADER)?);
			operations.push(Swap { tx: self.sign(body)?, out }.into());
		}
		self.block(classes, operations)
	}

	fn nonce(&self, chain: ChainId) -> Outcome<ligature_primitives::ids::Nonce> {
		let account = self.ledger.state(chain)?.account(index(TRADER)?);
		Ok(account.ok_or("the trader has no account")?.nonce())
	}

	fn sign<T: Body>(&self, body: T) -> Outcome<SignedTransaction<T>> {
		let expiry = Timestamp::new(START + 1_000_000)?;
		Ok(SignedTransaction::sign(NETWORK, expiry, body, &self.trader))
	}

	fn block(&mut self, classes: [u8; 2], operations: Vec<Operation>) -> Outcome<Block> {
		let before = self.ledger.states().to_vec();
		let number = BlockNumber(self.ledger.number().0 + 1);
		let params = BlockParams {
			number,
			timestamp: Timestamp::new(START + number.0)?,
			fee_accounts: vec![index(OPERATOR)?; 2],
			classes: vec![SizeClass::new(classes[0])?, SizeClass::new(classes[1])?],
			join_class: JoinClass::new(1)?,
			verify_signatures: true,
		};
		let record = BlockRecord { params, operations };
		let sealed = record.execute(&mut self.ledger, &Sequential)?;
		let header = Header {
			network: NETWORK,
			chain_list_hash: [0; 32],
			number,
			parent: self.blocks.last().map_or([0; 32], |block| block.header.hash()),
			revert_epoch: 0,
			oracle_epoch: 0,
			member_set_hash: [0; 32],
			timestamp: sealed.timestamp,
			circuit_version: 1,
			keys_digest: self.keys_digest,
			join_class: sealed.join_class,
			chains: sealed.chains.iter().map(|chain| chain.header.clone()).collect(),
		};
		let block = Block { before, header, sealed, record };
		self.blocks.push(block.clone());
		Ok(block)
	}
}

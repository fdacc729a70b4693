// SPDX-License-Identifier: Apache-2.0

//! A history of two chains without nodes: blocks of the rollup out of the ledger, posted in real extrinsics of the real
//! runtime's format, in blocks that follow each other. Tests and the benchmark share it.

#![allow(dead_code, reason = "the benchmark and each test use a part of it")]

use async_trait::async_trait;
use codec::{Compact, Encode};
use ligature_chain::{Call, Identity, Metadata, RawBlock, decode, encode};
use ligature_ledger::{BlockParams, Ledger, tree::NodeHasher, tree::Threads};
use ligature_primitives::{
	amount::{Amount, Fee},
	constants::{JoinClass, SizeClass},
	header::{Digest, Header, Network, chain_list_hash},
	ids::{
		AccountIndex, BlockNumber, ChainId, NetworkId, Nonce, Owner, PoolSlot, Side, Timestamp,
		TokenId,
	},
	keys::{SecretKey, Signature, SignerKey},
	op::{
		AddLiquidity, AddLiquidityBody, CreatePool, Deposit, Operation, SignedTransaction, Swap,
		SwapBody, Target, Transfer, TransferBody,
	},
	pool::PoolParams,
};
use ligature_recovery::{About, Anchor, Heights, RecoveryError, Source};
use std::{
	error::Error,
	sync::{Arc, Mutex, OnceLock},
};

/// The first chain.
pub const ALPHA: ChainId = ChainId(1);
/// The second one.
pub const BETA: ChainId = ChainId(2);
/// The pool between token 0 of each.
pub const POOL: PoolParams =
	PoolParams { chain0: ALPHA, token0: TokenId(0), chain1: BETA, token1: TokenId(0), fee_bps: 30 };

const NETWORK: NetworkId = NetworkId(7);
const TIME: u64 = 1_800_000_000;

/// What may fail.
pub type Outcome<T = ()> = Result<T, Box<dyn Error>>;

/// The metadata of the runtime.
///
/// # Panics
///
/// If the runtime has none of a version that clients know.
pub fn metadata() -> Arc<Metadata> {
	static METADATA: OnceLock<Arc<Metadata>> = OnceLock::new();
	let make = || {
		let opaque = ligature_runtime::Runtime::metadata_at_version(16).expect("it has it");
		Arc::new(decode::metadata(&opaque[..]).expect("it is metadata"))
	};
	METADATA.get_or_init(make).clone()
}

/// The owner of the account with this index.
pub fn owner(account: u32) -> Owner {
	let mut bytes = [0xA5; 32];
	bytes[..4].copy_from_slice(&account.to_le_bytes());
	Owner(bytes)
}

/// A chain of which only blocks and heights are there.
#[derive(Clone)]
pub struct Chain {
	/// Which it is.
	pub about: About,
	/// Its blocks from number 1 on.
	pub blocks: Arc<Mutex<Vec<RawBlock>>>,
	/// What its state would say.
	pub heights: Arc<Mutex<Heights>>,
}

impl Chain {
	fn new(network: &Network, id: ChainId) -> Self {
		let identity =
			Identity { network: network.id(), chain: id, chains: network.chains().to_vec() };
		let about = About {
			name: format!("chain {id}"),
			genesis: genesis_of(id),
			identity,
			chain_list_hash: Some(list(network)),
		};
		Self { about, blocks: Arc::default(), heights: Arc::default() }
	}

	/// A block with these calls, after the last one.
	///
	/// # Errors
	///
	/// If the runtime does not know a call.
	pub fn push(&self, calls: &[Call]) -> Outcome {
		let mut blocks = self.blocks.lock().map_err(|_| "poisoned")?;
		let parent = blocks.last().map_or(self.about.genesis, |block| block.head.hash);
		let number = blocks.len() as u32 + 1;
		let header = (parent, Compact(number), [0u8; 32], [0u8; 32], Vec::<u8>::new()).encode();
		let mut extrinsics = Vec::new();
		for call in calls {
			let mut bytes = vec![4];
			bytes.extend(encode(call, &metadata())?);
			extrinsics.push(bytes.encode());
		}
		blocks.push(RawBlock::new(header, extrinsics, 101)?);
		Ok(())
	}
}

#[async_trait]
impl Source for Chain {
	fn about(&self) -> &About {
		&self.about
	}

	async fn last(&self) -> Result<u32, RecoveryError> {
		Ok(self.blocks.lock().expect("no test panics with it").len() as u32)
	}

	async fn heights(&self) -> Result<Heights, RecoveryError> {
		Ok(*self.heights.lock().expect("no test panics with it"))
	}

	async fn block(&self, number: u32) -> Result<RawBlock, RecoveryError> {
		let blocks = self.blocks.lock().expect("no test panics with it");
		let missing = || RecoveryError::NoBlock { chain: self.about.name.clone(), number };
		let place = number.checked_sub(1).ok_or_else(missing)?;
		blocks.get(place as usize).cloned().ok_or_else(missing)
	}

	async fn metadata(&self, _: &RawBlock) -> Result<Arc<Metadata>, RecoveryError> {
		Ok(metadata())
	}
}

fn genesis_of(chain: ChainId) -> Digest {
	[chain.0; 32]
}

fn list(network: &Network) -> Digest {
	let hashes: Vec<_> = network.chains().iter().map(|id| (*id, genesis_of(*id))).collect();
	chain_list_hash(network.id(), &hashes)
}

/// A block of the rollup, as it is posted.
#[derive(Clone, Debug)]
pub struct Posted {
	/// Its header.
	pub header: Header,
	/// The public data per chain.
	pub data: Vec<Vec<u8>>,
}

impl Posted {
	/// Its number and hash.
	pub fn anchor(&self) -> Anchor {
		Anchor { number: self.header.number, hash: self.header.hash() }
	}

	/// The call that commits it on a chain.
	pub fn commit(&self, chain: usize) -> Call {
		Call::CommitBlock { header: self.header.clone(), data: self.data[chain].clone() }
	}
}

/// What happens.
pub struct Story {
	/// The ledger that the operator has.
	pub ledger: Ledger,
	/// The chains.
	pub chains: [Chain; 2],
	/// The header of block 0.
	pub genesis: Header,
	/// Blocks in order.
	pub posted: Vec<Posted>,
	key: SignerKey,
	class: u8,
	random: u64,
	nonces: Vec<[Nonce; 2]>,
}

impl Story {
	/// Nothing has happened; blocks are of this class.
	///
	/// # Errors
	///
	/// Never for classes that there are.
	pub fn new(class: u8) -> Outcome<Self> {
		let network = Network::new(NETWORK, vec![ALPHA, BETA])?;
		let ledger = Ledger::new(network.clone());
		let root = ledger.states()[0].root();
		Ok(Self {
			genesis: Header::genesis(&network, list(&network), [9; 32], root),
			chains: [ALPHA, BETA].map(|id| Chain::new(&network, id)),
			ledger,
			posted: Vec::new(),
			key: SecretKey::from_seed(&[1; 32]).key_point().into(),
			class,
			random: 1,
			nonces: Vec::new(),
		})
	}

	/// A number below `bound`, by SplitMix64.
	pub fn below(&mut self, bound: u64) -> u64 {
		self.random = self.random.wrapping_add(0x9E37_79B9_7F4A_7C15);
		let mut z = self.random;
		z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
		z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
		(z ^ (z >> 31)) % bound
	}

	/// Operations as one block, which is posted nowhere yet. Those that find no place in it are left out; says how many
	/// were in.
	///
	/// # Errors
	///
	/// If the ledger refuses them all.
	pub fn block(&mut self, operations: &[Operation]) -> Outcome<usize> {
		let class = SizeClass::new(self.class)?;
		self.ledger.begin_block(BlockParams {
			number: BlockNumber(self.ledger.number().0 + 1),
			timestamp: Timestamp::new(TIME)?,
			fee_accounts: vec![AccountIndex::new(0)?; 2],
			classes: vec![class; 2],
			join_class: JoinClass::new(self.class)?,
			verify_signatures: false,
		})?;
		let mut taken = 0;
		for operation in operations {
			self.ledger.apply(operation)?;
			taken += 1;
		}
		let cores = std::thread::available_parallelism()?;
		self.seal(&Threads::new(cores))?;
		Ok(taken)
	}

	fn seal(&mut self, hasher: &impl NodeHasher) -> Outcome {
		let sealed = self.ledger.seal_with(hasher)?;
		self.ledger.prune(0);
		let parent = self.posted.last().map_or(self.genesis.hash(), |last| last.header.hash());
		let header = Header {
			number: sealed.number,
			parent,
			timestamp: sealed.timestamp,
			circuit_version: 1,
			join_class: sealed.join_class,
			chains: sealed.chains.iter().map(|chain| chain.header.clone()).collect(),
			..self.genesis.clone()
		};
		let data = sealed.chains.into_iter().map(|chain| chain.bytes).collect();
		self.posted.push(Posted { header, data });
		Ok(())
	}

	/// Posts the last block on both chains, and lets them execute it.
	///
	/// # Errors
	///
	/// If there is none.
	pub fn settle(&mut self) -> Outcome {
		let last = self.posted.last().ok_or("no block")?;
		for (place, chain) in self.chains.iter().enumerate() {
			chain.push(&[])?;
			chain.push(&[last.commit(place)])?;
			let anchor = Some(last.anchor());
			*chain.heights.lock().map_err(|_| "poisoned")? = Heights {
				committed: anchor,
				proven: anchor,
				certified: anchor,
				executed: anchor,
				..Heights::default()
			};
		}
		Ok(())
	}

	/// As many accounts on both chains, with a key and some of token 0; `each` deposits per block.
	///
	/// # Errors
	///
	/// If the ledger refuses one.
	pub fn people(&mut self, accounts: u32, each: usize) -> Outcome {
		let mut deposits = Vec::new();
		for account in 0..accounts {
			for chain in [ALPHA, BETA] {
				let deposit = Deposit {
					chain,
					token: TokenId(0),
					owner: owner(account),
					amount: Amount::new(1_000_000_000_000)?,
					key: Some(self.key.public_key()),
					target: Target::New,
				};
				deposits.push(Operation::from(deposit));
			}
			self.nonces.push([Nonce(0); 2]);
		}
		for lot in deposits.chunks(each) {
			self.block(lot)?;
			self.settle()?;
		}
		Ok(())
	}

	/// The pool, with liquidity of the first three accounts.
	///
	/// # Errors
	///
	/// If the ledger refuses it.
	pub fn pool(&mut self) -> Outcome {
		for (chain, side) in [(ALPHA, Side::Zero), (BETA, Side::One)] {
			let create = CreatePool { chain, slot: PoolSlot(0), side, params: POOL };
			self.block(&[create.into()])?;
			self.settle()?;
		}
		for (account, shares) in [(0, 1), (1, 123_456_789), (2, 77)] {
			let index = AccountIndex::new(account)?;
			let [nonce0, nonce1] = self.nonces[account as usize];
			let body = AddLiquidityBody {
				params: POOL,
				account0: index,
				nonce0,
				account1: index,
				nonce1,
				shares: Amount::new(shares)?,
				max0: Amount::new(900_000_000_000)?,
				max1: Amount::new(700_000_000_000)?,
				fee: Fee::ZERO,
			};
			self.nonces[account as usize] = [nonce0.next()?, nonce1.next()?];
			let add = AddLiquidity { tx: self.sign(body)? };
			self.block(&[add.into()])?;
			self.settle()?;
		}
		Ok(())
	}

	fn sign<T>(&self, body: T) -> Outcome<SignedTransaction<T>> {
		Ok(SignedTransaction {
			network: NETWORK,
			expiry: Timestamp::MAX,
			body,
			key: self.key,
			signature: Signature { r: [0; 32], s: [0; 32] },
		})
	}

	/// From a random account to another, on the first chain.
	///
	/// # Errors
	///
	/// If nonces are exhausted.
	pub fn transfer(&mut self) -> Outcome<Operation> {
		let people = self.nonces.len() as u64;
		let (from, to) = (self.below(people) as u32, self.below(people) as u32);
		let nonce = self.nonces[from as usize][0];
		self.nonces[from as usize][0] = nonce.next()?;
		let body = TransferBody {
			chain: ALPHA,
			account: AccountIndex::new(from)?,
			nonce,
			token: TokenId(0),
			receiver: owner(to),
			amount: Amount::new(1 + u128::from(self.below(1_000)))?,
			fee: Fee::new(1)?,
		};
		let target = Target::Existing(AccountIndex::new(to)?);
		Ok(Transfer { tx: self.sign(body)?, target }.into())
	}

	/// Across the chains, by a random account.
	///
	/// # Errors
	///
	/// If nonces are exhausted.
	pub fn swap(&mut self) -> Outcome<Operation> {
		let account = self.below(self.nonces.len() as u64) as u32;
		let nonce = self.nonces[account as usize][0];
		self.nonces[account as usize][0] = nonce.next()?;
		let index = AccountIndex::new(account)?;
		let body = SwapBody {
			params: POOL,
			direction: Side::Zero,
			account: index,
			nonce,
			amount: Amount::new(1_000 + u128::from(self.below(1_000)))?,
			min_out: Amount::new(1)?,
			fee: Fee::new(1)?,
		};
		Ok(Swap { tx: self.sign(body)?, out: Target::Existing(index) }.into())
	}
}

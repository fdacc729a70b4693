// SPDX-License-Identifier: Apache-2.0

//! A chain's state as a stream of bytes, to start from without the blocks that led to it.
//!
//! Appendix B of `docs/protocol.md`. A snapshot holds the values; the trees are computed again when it
//! is loaded, some thousand accounts at a time, and must lead to the root that it names. A state has
//! exactly one snapshot. That the root is the right one only a header can say:
//! [`Ledger::resume`](crate::Ledger::resume) compares.
//!
//! ```
//! use ligature_ledger::{ChainState, snapshot, tree::Sequential};
//! use ligature_primitives::ids::ChainId;
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let state = ChainState::new(ChainId(1));
//! let mut bytes = Vec::new();
//! snapshot::save(&state, &mut bytes)?;
//! let loaded = snapshot::load(ChainId(1), &bytes[..], &Sequential)?;
//! assert_eq!(loaded, state);
//! # Ok(())
//! # }
//! ```

use crate::{
	state::{Account, ChainState, PoolLeaf},
	tree::NodeHasher,
};
use ligature_primitives::{
	amount::Amount,
	bytes::{Fixed, take_owner, take_token, take_u32},
	constants::{MAX_ACCOUNTS, MAX_POOLS},
	ids::{ChainId, Nonce, PoolSlot, Side, TokenId},
	pool::PoolParams,
	poseidon::Word,
	refusal::Refusal,
};
use std::{
	fs::File,
	io::{self, BufReader, BufWriter, ErrorKind, Read, Write},
	path::Path,
};

/// The first bytes of a snapshot: what it is, and the version of its format.
pub const TAG: &[u8; 16] = b"ligature/state/1";

/// Tag, chain, number of accounts, number of pools, root.
const HEAD_BYTES: usize = 16 + 1 + 4 + 2 + 32;

/// Parameters, side, own and foreign reserve, supply.
const POOL_BYTES: usize = 8 + 1 + 3 * 16;

/// Accounts that are hashed together: a whole subtree of the account tree.
const BATCH: u32 = 1 << 12;

/// Why a state could not be saved.
#[derive(Debug, thiserror::Error)]
pub enum SaveError {
	/// The values are ahead of the root.
	#[error("a block is being executed; seal or abandon it first")]
	BlockOpen,
	/// The bytes could not be written.
	#[error("the snapshot could not be written: {0}")]
	Io(#[from] io::Error),
}

/// Why bytes are no snapshot of the chain's state.
#[derive(Debug, thiserror::Error)]
pub enum LoadError {
	/// The bytes could not be read.
	#[error("the snapshot could not be read: {0}")]
	Io(io::Error),
	/// The first bytes are not [`TAG`].
	#[error("not a snapshot of a chain's state, or one of another version")]
	NotASnapshot,
	/// It is another chain's.
	#[error("the snapshot is of chain {found}, not of chain {wanted}")]
	WrongChain {
		/// The chain that was asked for.
		wanted: ChainId,
		/// The chain that the snapshot names.
		found: ChainId,
	},
	/// A number in the head is above its limit, or the root is no word.
	#[error("the snapshot's head is damaged: {0}")]
	Head(Refusal),
	/// A pool that cannot be.
	#[error("pool {slot} of the snapshot is damaged: {refusal}")]
	Pool {
		/// Its slot.
		slot: u16,
		/// What is wrong with it.
		refusal: Refusal,
	},
	/// An account that cannot be.
	#[error("account {account} of the snapshot is damaged: {refusal}")]
	Account {
		/// Its index.
		account: u32,
		/// What is wrong with it.
		refusal: Refusal,
	},
	/// The bytes end before the last account does.
	#[error("the snapshot is cut off")]
	UnexpectedEnd,
	/// There are bytes after the last account.
	#[error("the snapshot goes on after its last account")]
	TrailingBytes,
	/// The values do not lead to the root that the snapshot names.
	#[error("the snapshot names the root {written}, its values lead to {computed}")]
	RootMismatch {
		/// The root in the head.
		written: Word,
		/// The root of what follows.
		computed: Word,
	},
}

impl From<io::Error> for LoadError {
	fn from(error: io::Error) -> Self {
		if error.kind() == ErrorKind::UnexpectedEof { Self::UnexpectedEnd } else { Self::Io(error) }
	}
}

/// Writes the snapshot of a state as of its last sealed block.
pub fn save(state: &ChainState, out: impl Write) -> Result<(), SaveError> {
	if !state.is_sealed() {
		return Err(SaveError::BlockOpen);
	}
	let mut out = BufWriter::new(out);
	let mut bytes = TAG.to_vec();
	state.chain().put(&mut bytes);
	bytes.extend(state.next().to_be_bytes());
	state.next_pool().put(&mut bytes);
	state.root().put(&mut bytes);
	for (_, leaf) in state.pools() {
		let PoolLeaf { params, side, own, foreign, supply } = leaf;
		params.put(&mut bytes);
		side.put(&mut bytes);
		own.put(&mut bytes);
		foreign.put(&mut bytes);
		supply.put(&mut bytes);
	}
	out.write_all(&bytes)?;
	for (_, account) in state.accounts() {
		bytes.clear();
		put_account(account, &mut bytes);
		// At most 68 bytes and 17 for each of 1,024 tokens.
		out.write_all(&(bytes.len() as u16).to_be_bytes())?;
		out.write_all(&bytes)?;
	}
	out.flush()?;
	Ok(())
}

fn put_account(account: &Account, out: &mut Vec<u8>) {
	account.owner.put(out);
	account.key().put(out);
	account.nonce().put(out);
	for (token, amount) in account.balances() {
		token.put(out);
		amount.encode_wire(out);
	}
}

/// Reads what [`save`] wrote of the chain's state and nothing else, and computes its trees.
///
/// It takes the memory of the state and of some thousand accounts more, whatever the bytes are. No
/// block can be taken back from the state that it gives.
pub fn load(
	chain: ChainId,
	input: impl Read,
	hasher: &impl NodeHasher,
) -> Result<ChainState, LoadError> {
	let mut input = BufReader::new(input);
	let head = Head::take(&read(&mut input)?)?;
	if head.chain != chain {
		return Err(LoadError::WrongChain { wanted: chain, found: head.chain });
	}
	let mut state = ChainState::new(chain);
	for slot in 0..head.pools {
		let bytes = read(&mut input)?;
		take_pool(&mut state, &bytes).map_err(|refusal| LoadError::Pool { slot, refusal })?;
	}
	let mut bytes = Vec::new();
	for account in 0..head.accounts {
		let length = u16::from_be_bytes(read(&mut input)?);
		bytes.resize(length.into(), 0);
		input.read_exact(&mut bytes)?;
		take_account(&mut state, &bytes)
			.map_err(|refusal| LoadError::Account { account, refusal })?;
		if (account + 1) % BATCH == 0 {
			state.seal(hasher);
			state.prune(0);
		}
	}
	if input.read(&mut [0])? != 0 {
		return Err(LoadError::TrailingBytes);
	}
	let computed = state.seal(hasher);
	state.prune(0);
	if computed == head.root {
		Ok(state)
	} else {
		Err(LoadError::RootMismatch { written: head.root, computed })
	}
}

fn read<const N: usize>(input: &mut impl Read) -> Result<[u8; N], io::Error> {
	let mut bytes = [0; N];
	input.read_exact(&mut bytes)?;
	Ok(bytes)
}

struct Head {
	chain: ChainId,
	accounts: u32,
	pools: u16,
	root: Word,
}

impl Head {
	fn take(bytes: &[u8; HEAD_BYTES]) -> Result<Self, LoadError> {
		let mut input = bytes.strip_prefix(TAG).ok_or(LoadError::NotASnapshot)?;
		Self::take_fields(&mut input).map_err(LoadError::Head)
	}

	fn take_fields(input: &mut &[u8]) -> Result<Self, Refusal> {
		let chain = Fixed::take(input)?;
		let accounts = take_u32(input)?;
		if accounts > MAX_ACCOUNTS {
			return Err(Refusal::IndexTooLarge);
		}
		let PoolSlot(pools) = Fixed::take(input)?;
		if pools > MAX_POOLS {
			return Err(Refusal::PoolsFull);
		}
		Ok(Self { chain, accounts, pools, root: Fixed::take(input)? })
	}
}

fn take_pool(state: &mut ChainState, bytes: &[u8; POOL_BYTES]) -> Result<(), Refusal> {
	let input = &mut &bytes[..];
	let params: PoolParams = Fixed::take(input)?;
	let side = Fixed::take(input)?;
	params.validate_form()?;
	if params.chain(side) != state.chain() {
		return Err(Refusal::WrongSide);
	}
	if state.pool_slot(&params, side).is_some() {
		return Err(Refusal::PoolExists);
	}
	let leaf = PoolLeaf {
		params,
		side,
		own: Fixed::take(input)?,
		foreign: Fixed::take(input)?,
		supply: Fixed::take(input)?,
	};
	// Shares are counted at home.
	if side == Side::One && !leaf.supply.is_zero() {
		return Err(Refusal::WrongSide);
	}
	let slot = state.create_pool(params, side).ok_or(Refusal::PoolsFull)?;
	state.set_pool(slot, leaf);
	add_to_total(state, leaf.token(), leaf.own)
}

fn take_account(state: &mut ChainState, mut input: &[u8]) -> Result<(), Refusal> {
	let input = &mut input;
	let owner = take_owner(input)?;
	let key = Fixed::take(input)?;
	let nonce: Nonce = Fixed::take(input)?;
	let account = state.create(owner, MAX_ACCOUNTS).ok_or(Refusal::TreeFull)?;
	state.set_key(account, key);
	state.set_nonce(account, nonce);
	let mut last = None;
	while !input.is_empty() {
		let token = take_token(input)?;
		if last >= Some(token) {
			return Err(Refusal::NonCanonicalToken);
		}
		last = Some(token);
		let amount = Amount::decode_wire(input)?;
		if amount.is_zero() {
			return Err(Refusal::AmountZero);
		}
		state.set_balance(account, token, amount);
		if token.is_l1() {
			add_to_total(state, token, amount)?;
		}
	}
	Ok(())
}

fn add_to_total(state: &mut ChainState, token: TokenId, amount: Amount) -> Result<(), Refusal> {
	let total = state.total(token).checked_add(amount).ok_or(Refusal::OwedOverflow)?;
	state.set_total(token, total);
	Ok(())
}

/// [`save`] to a file that is there whole, on the disk, or not at all; one of that name is replaced.
pub fn save_file(state: &ChainState, path: &Path) -> Result<(), SaveError> {
	let mut unfinished = path.as_os_str().to_owned();
	unfinished.push(".unfinished");
	let unfinished = Path::new(&unfinished);
	let mut file = File::create(unfinished)?;
	save(state, &mut file)?;
	file.sync_all()?;
	std::fs::rename(unfinished, path)?;
	// The name is durable once its folder is.
	let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty());
	File::open(folder.unwrap_or(Path::new(".")))?.sync_all()?;
	Ok(())
}

/// [`load`] from a file.
pub fn load_file(
	chain: ChainId,
	path: &Path,
	hasher: &impl NodeHasher,
) -> Result<ChainState, LoadError> {
	load(chain, File::open(path)?, hasher)
}

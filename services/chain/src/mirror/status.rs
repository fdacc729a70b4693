// SPDX-License-Identifier: Apache-2.0

//! The network, where the rollup stands, and its blocks.

use super::{Mirror, mirror};
use crate::types;
use ligature_primitives::{
	header::Header,
	ids::{BlockNumber, ChainId, NetworkId},
	refusal::Refusal,
};
use subxt::ext::scale_decode::DecodeAsType;

mirror! {
	pub(crate) struct Identity { network: u32, chain: u8, chains: Vec<u8>, } -> types::Identity,
	|it| types::Identity {
		network: NetworkId(it.network),
		chain: ChainId(it.chain),
		chains: it.chains.into_iter().map(ChainId).collect(),
	}
}

mirror! {
	struct Counters { committed: u64, proven: u64, certified: u64, executed: u64, } -> types::Counters,
	|it| types::Counters {
		committed: BlockNumber(it.committed),
		proven: BlockNumber(it.proven),
		certified: BlockNumber(it.certified),
		executed: BlockNumber(it.executed),
	}
}

mirror! {
	struct Parameters {
		expiry: u32,
		service_interval: u32,
		execute_grace: u32,
		turn_grace: u32,
		exodus_timeout: u32,
		exit_time: u32,
		notice: u32,
	} -> types::Parameters,
	|it| types::Parameters {
		expiry: it.expiry,
		service_interval: it.service_interval,
		execute_grace: it.execute_grace,
		turn_grace: it.turn_grace,
		exodus_timeout: it.exodus_timeout,
		exit_time: it.exit_time,
		notice: it.notice,
	}
}

mirror! {
	struct Queue { executed: u64, committed: u64, next: u64, creating: u32, last_expiry: u32, }
		-> types::Queue,
	|it| types::Queue {
		executed: it.executed,
		committed: it.committed,
		next: it.next,
		creating: it.creating,
		last_expiry: it.last_expiry,
	}
}

mirror! {
	struct RefusedBlock { chain: u8, number: u64, hash: [u8; 32], } -> types::RefusedBlock,
	|it| types::RefusedBlock {
		chain: ChainId(it.chain),
		number: BlockNumber(it.number),
		hash: it.hash,
	}
}

mirror! {
	struct Halt { guardian: bool, refused: Option<RefusedBlock>, } -> types::Halt,
	|it| types::Halt { guardian: it.guardian, refused: it.refused.meaning()? }
}

mirror! {
	struct Exodus { since: u32, freeze: Option<u64>, } -> types::Exodus,
	|it| types::Exodus { since: it.since, freeze: it.freeze.map(BlockNumber) }
}

mirror! {
	pub(crate) struct Status {
		counters: Counters,
		revert_epoch: u32,
		chain_list_hash: Option<[u8; 32]>,
		parameters: Option<Parameters>,
		queue: Queue,
		request_price: u128,
		deposits_paused: bool,
		halted: Halt,
		exodus: Option<Exodus>,
	} -> types::Status,
	|it| types::Status {
		counters: it.counters.meaning()?,
		revert_epoch: it.revert_epoch,
		chain_list_hash: it.chain_list_hash,
		parameters: it.parameters.meaning()?,
		queue: it.queue.meaning()?,
		request_price: it.request_price,
		deposits_paused: it.deposits_paused,
		halted: it.halted.meaning()?,
		exodus: it.exodus.meaning()?,
	}
}

#[derive(DecodeAsType)]
#[decode_as_type(crate_path = "subxt::ext::scale_decode")]
enum Stage {
	Committed,
	Proven,
	Certified,
	Executed,
}

mirror! {
	pub(crate) struct BlockStatus { header: Vec<u8>, hash: [u8; 32], stage: Stage, refused: bool, }
		-> types::BlockStatus,
	|it| types::BlockStatus {
		header: Header::decode(&it.header)?,
		hash: it.hash,
		stage: match it.stage {
			Stage::Committed => types::Stage::Committed,
			Stage::Proven => types::Stage::Proven,
			Stage::Certified => types::Stage::Certified,
			Stage::Executed => types::Stage::Executed,
		},
		refused: it.refused,
	}
}

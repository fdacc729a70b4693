// SPDX-License-Identifier: Apache-2.0

//! The chains' states as of a block of the rollup, rebuilt from the chains' blocks.

use std::{
	collections::{BTreeMap, btree_map::Entry},
	path::Path,
};

use ligature_chain::Identity;
use ligature_ledger::ChainState;
use ligature_primitives::{
	header::Digest,
	ids::{ChainId, NetworkId},
};
use ligature_recovery::{Anchor, FolderSource, NodeSource, Progress, Rebuilt, Recovery, Source};

use super::link::Sources;
use crate::{
	commands::recover::{own_folder, trouble},
	failure::Failure,
	session::Session,
};

/// All chains of which there are blocks.
pub struct Ledger {
	chains: BTreeMap<ChainId, Recovery>,
	/// Their states after blocks of the rollup, by the blocks' header hashes; before the first block under none.
	states: BTreeMap<(ChainId, Option<Digest>), Rebuilt>,
}

impl Ledger {
	/// From the exported blocks, and from the nodes of the other chains.
	pub async fn open(session: &Session, sources: &Sources) -> Result<Self, Failure> {
		let mut found: BTreeMap<ChainId, Box<dyn Source>> = BTreeMap::new();
		for folder in &sources.blocks {
			let source = FolderSource::open(folder).map_err(trouble)?;
			let chain = check(session, &source, folder)?;
			if found.insert(chain, Box::new(source)).is_some() {
				return Err(Failure::input(
					format!("--blocks names two folders of chain {chain}"),
					"name one folder per chain",
				));
			}
		}
		for info in &session.network().chains {
			let chain = ChainId(info.id);
			if let Entry::Vacant(place) = found.entry(chain) {
				let source = NodeSource::new(session.chain(chain).await?).await;
				place.insert(Box::new(source.map_err(trouble)?));
			}
		}
		let mut chains = BTreeMap::new();
		for (chain, source) in found {
			let folder = match &sources.folder {
				Some(folder) => folder.clone(),
				None => own_folder(&*source).await?,
			};
			chains.insert(chain, Recovery::open(source, &folder).await.map_err(trouble)?);
		}
		Ok(Self { chains, states: BTreeMap::new() })
	}

	/// Rebuilds all chains as of a block that one of them has finalized; none is before the first one. Reads what was not
	/// read before.
	pub async fn rebuild(
		&mut self,
		anchor: Option<Anchor>,
		progress: &dyn Progress,
	) -> Result<(), Failure> {
		let hash = anchor.map(|anchor| anchor.hash);
		for (chain, recovery) in &self.chains {
			if let Entry::Vacant(place) = self.states.entry((*chain, hash)) {
				recovery.read(progress).await.map_err(trouble)?;
				place.insert(recovery.rebuild(anchor, progress).await.map_err(trouble)?);
			}
		}
		Ok(())
	}

	/// The states after a block that was rebuilt.
	pub fn states(&self, hash: Option<Digest>) -> Vec<&ChainState> {
		let these = self.states.iter().filter(|((_, at), _)| *at == hash);
		these.map(|(_, rebuilt)| &rebuilt.state).collect()
	}

	/// The first request of a chain that no block up to this one consumes.
	pub fn served(&self, chain: ChainId, hash: Option<Digest>) -> u64 {
		let rebuilt = self.states.get(&(chain, hash));
		rebuilt.and_then(|rebuilt| rebuilt.served.last()).copied().unwrap_or_default()
	}

	/// The chains of a network whose blocks are not known.
	pub fn missing(&self, identity: &Identity) -> Vec<ChainId> {
		let all = identity.chains.iter().copied();
		all.filter(|chain| !self.chains.contains_key(chain)).collect()
	}
}

/// That a folder's blocks are those of a chain of this network. Says of which.
fn check(session: &Session, source: &FolderSource, folder: &Path) -> Result<ChainId, Failure> {
	let about = source.about();
	let Identity { network, chain, .. } = about.identity;
	let node = session.network().chains.iter().find(|info| info.id == chain.0);
	let same = node.is_none_or(|node| node.genesis.0 == about.genesis);
	match same && network == session.network_id() {
		true => Ok(chain),
		false => Err(other_network(folder, &about.name, network)),
	}
}

fn other_network(folder: &Path, name: &str, network: NetworkId) -> Failure {
	Failure::input(
		format!(
			"{} holds the blocks of {name} of network {network}, which is none of the chains named",
			folder.display()
		),
		"name the blocks of a chain of the network to which the nodes belong",
	)
}

// SPDX-License-Identifier: Apache-2.0

//! From addresses to the chains of one network, checked.

use crate::error::OperatorError;
use ligature_chain::{At, Chain, ChainError, Identity, NetworkMismatch};
use ligature_primitives::{
	header::{Digest, Header, Network, chain_list_hash},
	ids::{BlockNumber, ChainId},
};
use ligature_service_kit::Shutdown;
use std::{
	fs, io,
	path::{Path, PathBuf},
	time::Duration,
};
use tokio::time::sleep;

/// After so long without success it is said what is waited for.
const SAY: Duration = Duration::from_secs(10);

/// Pause between two looks at a network that is not open.
const PAUSE: Duration = Duration::from_secs(2);

/// The file of the header of block 0, which chains forget.
const GENESIS_FILE: &str = "genesis-header";

/// A chain of the network.
#[derive(Clone, Debug)]
pub struct Member {
	/// Its number.
	pub id: ChainId,
	/// The chain.
	pub chain: Chain,
}

/// A network whose chains are all there.
#[derive(Clone, Debug)]
pub struct Joined {
	/// The network.
	pub network: Network,
	/// Its chains, ascending.
	pub members: Vec<Member>,
}

/// What an error of a chain at this address is.
pub(super) fn at(url: &str) -> impl FnOnce(ChainError) -> OperatorError + use<> {
	let url = url.to_owned();
	move |error| OperatorError::Chain { url, error }
}

/// Waits for something, unless the end is asked for.
pub(super) async fn unless<T>(
	shutdown: &Shutdown,
	wanted: impl Future<Output = Result<T, OperatorError>>,
) -> Result<T, OperatorError> {
	tokio::select! {
		done = wanted => done,
		() = shutdown.wait() => Err(OperatorError::Interrupted),
	}
}

/// Connects to all addresses, however long it takes, and checks that they are one network.
///
/// # Errors
///
/// [`OperatorError`], if they are not.
pub async fn join(urls: &[String], shutdown: &Shutdown) -> Result<Joined, OperatorError> {
	let mut found = Vec::new();
	for url in urls {
		let chain = unless(shutdown, connect(url)).await?;
		let identity = unless(shutdown, identity(&chain)).await?;
		tracing::info!(chain = %identity.chain, name = chain.name(), url, "connected");
		found.push((chain, identity));
	}
	let (network, order) = one_network(
		&found.iter().map(|(chain, identity)| (chain.url(), identity)).collect::<Vec<_>>(),
	)?;
	let members = order.into_iter().zip(network.chains());
	let members = members.map(|(place, id)| Member { id: *id, chain: found[place].0.clone() });
	Ok(Joined { members: members.collect(), network })
}

async fn connect(url: &str) -> Result<Chain, OperatorError> {
	loop {
		match Chain::connect_within(url, SAY).await {
			Ok(chain) => return Ok(chain),
			Err(error) if error.is_passing() => {
				tracing::info!(url, %error, "waiting for the chain");
			},
			Err(error) => return Err(at(url)(error)),
		}
	}
}

async fn identity(chain: &Chain) -> Result<Identity, OperatorError> {
	let url = chain.url();
	let identity = patiently(url, || async { chain.best().await?.identity().await }).await?;
	identity.ok_or_else(|| OperatorError::NoNetwork { url: url.into() })
}

/// Asks again when nobody has answered.
pub(super) async fn patiently<T, F: Future<Output = Result<T, ChainError>>>(
	url: &str,
	ask: impl Fn() -> F,
) -> Result<T, OperatorError> {
	loop {
		match ask().await {
			Err(error) if error.is_passing() => {
				tracing::info!(url, %error, "the chain does not answer; asking again");
				sleep(PAUSE).await;
			},
			answer => return answer.map_err(at(url)),
		}
	}
}

/// Checks that these chains are those of one network, each once. Gives the places in the network's order.
pub(super) fn one_network(
	found: &[(&str, &Identity)],
) -> Result<(Network, Vec<usize>), OperatorError> {
	let Some((first, identity)) = found.first() else {
		// The configuration has two addresses at least.
		return Err(OperatorError::NoNetwork { url: String::new() });
	};
	let network = identity
		.network()
		.map_err(|refusal| OperatorError::BadNetwork { url: (*first).to_owned(), refusal })?;
	let url = |place: usize| found[place].0.to_owned();
	let identities: Vec<_> = found.iter().map(|(_, identity)| *identity).collect();
	ligature_chain::one_network(&identities).map_err(|mismatch| match mismatch {
		NetworkMismatch::NoChains => OperatorError::NoNetwork { url: String::new() },
		NetworkMismatch::OtherNetwork { place } => {
			OperatorError::DifferentNetworks { first: url(0), other: url(place) }
		},
		NetworkMismatch::Twice { place, first } => OperatorError::ChainTwice {
			first: url(first),
			other: url(place),
			chain: found[place].1.chain,
		},
		NetworkMismatch::Missing(chains) => {
			OperatorError::MissingChains { chains, network: network.id().0 }
		},
	})?;
	let place = |id: &ChainId| found.iter().position(|(_, identity)| identity.chain == *id);
	let order = network.chains().iter().filter_map(place).collect();
	Ok((network, order))
}

impl Joined {
	/// Waits until the network is open on all chains, finalized, and checks that they know these chains.
	///
	/// # Errors
	///
	/// [`OperatorError::OtherChains`], [`OperatorError::Chain`].
	pub async fn opened(&self) -> Result<Digest, OperatorError> {
		let hashes: Vec<_> =
			self.members.iter().map(|member| (member.id, member.chain.genesis())).collect();
		let expected = chain_list_hash(self.network.id(), &hashes);
		for member in &self.members {
			let (id, chain) = (member.id, &member.chain);
			let mut said = false;
			loop {
				let ask = || async { chain.finalized().await?.status().await };
				match patiently(chain.url(), ask).await?.chain_list_hash {
					Some(hash) if hash == expected => break,
					Some(_) => return Err(OperatorError::OtherChains { chain: id }),
					None => {
						if !said {
							tracing::info!(chain = %id, "waiting until governance opens the network");
						}
						said = true;
						sleep(PAUSE).await;
					},
				}
			}
		}
		Ok(expected)
	}

	/// The header of block 0: from the chains, which forget it one day, or else from the folder, where it is put the
	/// first time.
	///
	/// # Errors
	///
	/// [`OperatorError::NoGenesis`], [`OperatorError::OtherGenesis`], [`OperatorError::File`],
	/// [`OperatorError::Chain`].
	pub async fn genesis(&self, folder: &Path) -> Result<Header, OperatorError> {
		let mut known: Option<(ChainId, Header)> = None;
		for member in &self.members {
			let chain = &member.chain;
			let ask = || async { chain.finalized().await?.block(BlockNumber(0)).await };
			let Some(block) = patiently(chain.url(), ask).await? else { continue };
			match &known {
				None => known = Some((member.id, block.header)),
				Some((first, header)) if header.hash() != block.hash => {
					return Err(OperatorError::OtherGenesis { first: *first, chain: member.id });
				},
				Some(_) => {},
			}
		}
		let path = folder.join(GENESIS_FILE);
		match known {
			Some((_, header)) => {
				write_once(&path, &header.encode())
					.map_err(|source| OperatorError::File { path, source })?;
				Ok(header)
			},
			None => read_genesis(path),
		}
	}
}

fn read_genesis(path: PathBuf) -> Result<Header, OperatorError> {
	match fs::read(&path).map(|bytes| Header::decode(&bytes)) {
		// The store compares its hash with the one that it knows.
		Ok(Ok(header)) => Ok(header),
		Err(source) if source.kind() != io::ErrorKind::NotFound => {
			Err(OperatorError::File { path, source })
		},
		_ => Err(OperatorError::NoGenesis { path }),
	}
}

/// Writes a file that is there as a whole or not at all.
pub(super) fn write_once(path: &Path, bytes: &[u8]) -> io::Result<()> {
	if fs::read(path).is_ok_and(|there| there == bytes) {
		return Ok(());
	}
	let new = path.with_extension("new");
	let mut file = fs::File::create(&new)?;
	io::Write::write_all(&mut file, bytes)?;
	file.sync_all()?;
	fs::rename(&new, path)
}

/// The state of a chain at its finalized block.
pub(super) async fn finalized(chain: &Chain) -> Result<At, OperatorError> {
	patiently(chain.url(), || chain.finalized()).await
}

#[cfg(test)]
mod tests {
	use super::*;
	use ligature_primitives::{ids::NetworkId, poseidon::Word};

	fn identity(network: u32, chain: u8, chains: &[u8]) -> Identity {
		Identity {
			network: NetworkId(network),
			chain: ChainId(chain),
			chains: chains.iter().copied().map(ChainId).collect(),
		}
	}

	fn check(found: &[Identity]) -> Result<Vec<usize>, OperatorError> {
		let urls = ["ws://a", "ws://b", "ws://c"];
		let found: Vec<_> = urls.into_iter().zip(found).collect();
		one_network(&found).map(|(_, order)| order)
	}

	#[test]
	fn the_chains_of_a_network_should_be_put_in_order() {
		let found = [identity(7, 3, &[1, 3]), identity(7, 1, &[1, 3])];
		assert_eq!(check(&found).expect("they are one network"), [1, 0]);
	}

	#[test]
	fn chains_that_are_not_one_network_should_be_refused() {
		let first = identity(7, 1, &[1, 2]);
		let other = check(&[first.clone(), identity(8, 2, &[1, 2])]);
		assert!(matches!(other, Err(OperatorError::DifferentNetworks { .. })), "{other:?}");
		let other = check(&[first.clone(), identity(7, 2, &[1, 2, 3])]);
		assert!(matches!(other, Err(OperatorError::DifferentNetworks { .. })), "{other:?}");
		let twice = check(&[first.clone(), first.clone()]);
		assert!(matches!(twice, Err(OperatorError::ChainTwice { .. })), "{twice:?}");
		let three = [identity(7, 1, &[1, 2, 3]), identity(7, 2, &[1, 2, 3])];
		let missing = check(&three).expect_err("the third is missing").to_string();
		assert!(missing.contains("chain 3"), "{missing}");
		let bad = check(&[identity(7, 1, &[2, 1])]);
		assert!(matches!(bad, Err(OperatorError::BadNetwork { .. })), "{bad:?}");
	}

	#[test]
	fn the_genesis_header_should_survive_in_the_folder() {
		let folder = tempfile::tempdir().expect("a folder");
		let path = folder.path().join(GENESIS_FILE);
		let missing = read_genesis(path.clone());
		assert!(matches!(missing, Err(OperatorError::NoGenesis { .. })), "{missing:?}");
		let network = identity(7, 1, &[1, 2]).network().expect("two chains");
		let header = Header::genesis(&network, [1; 32], [2; 32], Word::from(3));
		write_once(&path, &header.encode()).expect("writable");
		write_once(&path, &header.encode()).expect("it is there already");
		assert_eq!(read_genesis(path.clone()).expect("it is there"), header);
		fs::write(&path, b"damaged").expect("writable");
		assert!(matches!(read_genesis(path), Err(OperatorError::NoGenesis { .. })));
	}
}

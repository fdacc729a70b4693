// SPDX-License-Identifier: Apache-2.0

//! The programs that a network is made of, and what each is told.

use std::{
	ffi::OsString,
	iter,
	path::{Path, PathBuf},
};

use super::{
	error::DevnetError,
	folder::Folder,
	ports::Ports,
	process::{Kind, Start},
};
use crate::endpoints::{DevnetChain, DevnetState, user_folder};

/// The chains: name as the node knows it, the flag of its validator, whose prover key it has, too.
pub const CHAINS: [(&str, &str); 2] = [("alpha", "--alice"), ("beta", "--bob")];

/// Programs, places and ports.
#[derive(Clone, Debug)]
pub struct Parts {
	folder: Folder,
	node: PathBuf,
	own: PathBuf,
	ports: Ports,
}

impl Parts {
	/// With this node, or the one beside this program; with these services, or those of this program.
	///
	/// # Errors
	///
	/// [`DevnetError::NoNode`], [`DevnetError::System`].
	pub fn find(
		folder: Folder,
		node: Option<&Path>,
		services: Option<&Path>,
		ports: Ports,
	) -> Result<Self, DevnetError> {
		let own = match services {
			Some(services) => services.to_owned(),
			None => {
				std::env::current_exe().map_err(DevnetError::system("the path of this program"))?
			},
		};
		let beside = || own.with_file_name("ligature-node");
		let node = node.map_or_else(beside, Path::to_owned);
		if !node.is_file() {
			return Err(DevnetError::NoNode(node));
		}
		Ok(Self { folder, node, own, ports })
	}

	/// The node.
	pub fn node(&self) -> &Path {
		&self.node
	}

	/// Who listens where.
	pub fn ports(&self) -> &Ports {
		&self.ports
	}

	/// Where wallets find them.
	pub fn endpoints(&self) -> DevnetState {
		let chains = CHAINS.iter().zip(&self.ports.nodes).zip(1..);
		let chains = chains.map(|(((name, _), ports), id)| DevnetChain {
			id,
			name: (*name).into(),
			url: format!("ws://127.0.0.1:{}", ports.rpc),
		});
		DevnetState { operator: http(self.ports.operator), chains: chains.collect() }
	}

	/// The nodes, one of each chain: from the chain's specification in the folder, if there is one.
	pub fn nodes(&self) -> impl Iterator<Item = Start> + '_ {
		// Both start with the same runtime, and networks follow each other.
		let cache = user_folder("XDG_CACHE_HOME", ".cache").join("ligature/runtime");
		let cache = format!("--runtime-cache={}", cache.display());
		CHAINS.iter().zip(&self.ports.nodes).map(move |((name, validator), own)| {
			let own_chain = self.folder.specification(name);
			let mut chain = OsString::from("--chain=");
			match own_chain.is_file() {
				true => chain.push(own_chain),
				false => chain.push(name),
			}
			let arguments = [
				(*validator).to_owned(),
				cache.clone(),
				format!("--rpc-port={}", own.rpc),
				format!("--prometheus-port={}", own.metrics),
				format!("--listen-addr=/ip4/127.0.0.1/tcp/{}", own.p2p),
				// No other node has to recognise this one.
				"--unsafe-force-node-key-generation".into(),
				"--no-mdns".into(),
				"--no-telemetry".into(),
				// Whatever has happened can be looked at.
				"--state-pruning=archive".into(),
				"--blocks-pruning=archive".into(),
				format!("--prover-source={}", http(self.ports.operator)),
				"--prover-threads=1".into(),
				"--base-path".into(),
			];
			let mut arguments: Vec<_> =
				iter::once(chain).chain(arguments.map(OsString::from)).collect();
			arguments.push(self.folder.data(name).into_os_string());
			Start {
				name: (*name).into(),
				kind: Kind::Node,
				program: self.node.clone(),
				arguments,
				url: format!("ws://127.0.0.1:{}", own.rpc),
				metrics: http(own.metrics),
				log: self.folder.log(name),
			}
		})
	}

	/// The operator.
	pub fn operator(&self) -> Start {
		let Ports { operator, operator_metrics, .. } = self.ports;
		self.service("operator", Kind::Operator, operator, operator_metrics)
	}

	/// The oracles.
	pub fn oracles(&self) -> impl Iterator<Item = Start> + '_ {
		self.ports.oracle_metrics.iter().zip(1..).map(|(port, number)| {
			self.service(&format!("oracle-{number}"), Kind::Oracle, *port, *port)
		})
	}

	/// A service of this program itself.
	fn service(&self, name: &str, kind: Kind, port: u16, metrics: u16) -> Start {
		let command = if kind == Kind::Operator { "operator" } else { "oracle" };
		let config = self.folder.config(name).into_os_string();
		Start {
			name: name.into(),
			kind,
			program: self.own.clone(),
			arguments: vec![command.into(), "run".into(), "--config".into(), config],
			url: http(port),
			metrics: http(metrics),
			log: self.folder.log(name),
		}
	}
}

fn http(port: u16) -> String {
	format!("http://127.0.0.1:{port}")
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a panic is how a test reports")]
mod tests {
	use super::*;
	use crate::devnet::ports::Wishes;

	#[test]
	fn a_node_that_is_not_there_should_be_named() {
		let ports = Ports::choose(&Wishes::default(), 2).unwrap();
		let temporary = tempfile::tempdir().unwrap();
		let folder = Folder::at(Some(temporary.path().into()));
		let nothing = temporary.path().join("nothing");
		let error = Parts::find(folder.clone(), Some(&nothing), None, ports.clone()).unwrap_err();
		assert!(error.to_string().contains("nothing; build it"), "{error}");
		// A folder is no program.
		assert!(Parts::find(folder, Some(temporary.path()), None, ports).is_err());
	}

	#[test]
	fn each_part_should_have_its_place_and_listen_on_this_machine_only() {
		let ports = Ports::choose(&Wishes::default(), 2).unwrap();
		let folder = Folder::at(Some("/nowhere".into()));
		let own = std::env::current_exe().unwrap();
		let parts = Parts::find(folder.clone(), Some(&own), None, ports.clone()).unwrap();
		let starts: Vec<_> =
			parts.nodes().chain([parts.operator()]).chain(parts.oracles()).collect();
		let names: Vec<_> = starts.iter().map(|start| start.name.as_str()).collect();
		assert_eq!(names, ["alpha", "beta", "operator", "oracle-1", "oracle-2"]);
		for start in &starts {
			assert_eq!(start.log, folder.log(&start.name));
			assert!(
				start.url.contains("://127.0.0.1:") && start.metrics.starts_with("http://127.")
			);
			let told: Vec<_> = start.arguments.iter().map(|it| it.to_str().unwrap()).collect();
			let place = match start.kind {
				Kind::Node => folder.data(&start.name),
				Kind::Operator | Kind::Oracle => folder.config(&start.name),
			};
			assert_eq!(told.last(), place.to_str().as_ref());
		}
		let endpoints = parts.endpoints();
		assert_eq!(endpoints.operator, format!("http://127.0.0.1:{}", ports.operator));
		assert_eq!(endpoints.chains[1].url, starts[1].url);
		assert_eq!((endpoints.chains[1].id, endpoints.chains[1].name.as_str()), (2, "beta"));
	}

	#[test]
	fn a_chain_with_a_specification_should_start_from_it() {
		let temporary = tempfile::tempdir().unwrap();
		let folder = Folder::at(Some(temporary.path().into()));
		folder.prepare(&[]).unwrap();
		let ports = Ports::choose(&Wishes::default(), 0).unwrap();
		let own = std::env::current_exe().unwrap();
		let parts = Parts::find(folder.clone(), Some(&own), None, ports).unwrap();
		std::fs::write(folder.specification("beta"), "{}").unwrap();
		let chains: Vec<_> = parts.nodes().map(|start| start.arguments[0].clone()).collect();
		let beta = format!("--chain={}", folder.specification("beta").display());
		assert_eq!(chains, ["--chain=alpha", &beta]);
	}
}

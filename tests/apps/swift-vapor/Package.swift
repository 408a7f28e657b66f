// swift-tools-version:5.10
import PackageDescription

let package = Package(
    name: "shop",
    dependencies: [.package(url: "https://forge.invalid/vapor.git", from: "4.99.0")],
    targets: [.executableTarget(name: "App", dependencies: [.product(name: "Vapor", package: "vapor")])]
)

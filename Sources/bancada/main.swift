import CLI

await Bancada.main()

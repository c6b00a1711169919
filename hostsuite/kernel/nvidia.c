// SPDX-License-Identifier: GPL-2.0
// Stands in for NVIDIA's kernel driver in the guest of the kernel suite: named nvidia, bound to display functions of NVIDIA's.
//
// Who opens /dev/nvidiaN is counted, and remove() waits without end until nobody has it open, as nv_pci_remove_helper of
// open-gpu-kernel-modules does. Writing a number to the parameter `leak` adds so many users to all GPUs that nobody can
// find: what happens when the real driver's count leaks. mdev=1 offers types of mediated devices.
#include <linux/delay.h>
#include <linux/fs.h>
#include <linux/idr.h>
#include <linux/mdev.h>
#include <linux/miscdevice.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/proc_fs.h>
#include <linux/seq_file.h>
#include <linux/slab.h>

static bool mdev;
module_param(mdev, bool, 0444);
static int leak;
module_param(leak, int, 0644);
static DEFINE_IDA(ids);
static struct proc_dir_entry *driver_folder, *gpus_folder;

struct gpu {
	struct pci_dev *pdev;
	struct miscdevice misc;
	char name[16];
	int id;
	atomic_t users;
	struct proc_dir_entry *proc;
	struct mdev_parent parent;
	struct mdev_type type;
	struct mdev_type *types[1];
	bool has_mdev;
};

static int gpu_open(struct inode *inode, struct file *file)
{
	atomic_inc(&container_of(file->private_data, struct gpu, misc)->users);
	return 0;
}

static int gpu_release(struct inode *inode, struct file *file)
{
	atomic_dec(&container_of(file->private_data, struct gpu, misc)->users);
	return 0;
}

static const struct file_operations gpu_operations = { .owner = THIS_MODULE, .open = gpu_open, .release = gpu_release };

static int information(struct seq_file *m, void *v)
{
	struct gpu *g = m->private;

	seq_printf(m, "Model: \t\t Stand-in %04x\nIRQ:   \t\t %d\nBus Type: \t PCIe\nBus Location: \t %s\nDevice Minor: \t %d\n",
		   g->pdev->device, g->pdev->irq, pci_name(g->pdev), g->id);
	return 0;
}

static int vgpu_probe(struct mdev_device *d) { return 0; }
static void vgpu_remove(struct mdev_device *d) { }
static unsigned int vgpu_available(struct mdev_type *t) { return 4; }
static ssize_t vgpu_description(struct mdev_type *t, char *buf)
{
	return sysfs_emit(buf, "num_heads=4, framebuffer=1024M, max_instance=4\n");
}

static struct mdev_driver vgpu_driver = {
	.device_api = "vfio-pci",
	.max_instances = 4,
	.driver = { .name = "nvidia-vgpu-vfio", .owner = THIS_MODULE, .mod_name = KBUILD_MODNAME },
	.probe = vgpu_probe,
	.remove = vgpu_remove,
	.get_available = vgpu_available,
	.show_description = vgpu_description,
};

static int gpu_probe(struct pci_dev *p, const struct pci_device_id *id)
{
	struct gpu *g;
	int error;

	if (p->is_virtfn)
		return 0;
	g = kzalloc(sizeof(*g), GFP_KERNEL);
	if (!g)
		return -ENOMEM;
	g->pdev = p;
	g->id = ida_alloc(&ids, GFP_KERNEL);
	snprintf(g->name, sizeof(g->name), "nvidia%d", g->id);
	g->misc.minor = MISC_DYNAMIC_MINOR;
	g->misc.name = g->name;
	g->misc.fops = &gpu_operations;
	g->misc.mode = 0666;
	g->misc.parent = &p->dev;
	error = misc_register(&g->misc);
	if (error) {
		ida_free(&ids, g->id);
		kfree(g);
		return error;
	}
	g->proc = proc_mkdir(pci_name(p), gpus_folder);
	if (g->proc)
		proc_create_single_data("information", 0444, g->proc, information, g);
	pci_set_drvdata(p, g);
	if (mdev) {
		g->type.sysfs_name = "256";
		g->type.pretty_name = "GRID RTX6000-1Q";
		g->types[0] = &g->type;
		g->has_mdev = !mdev_register_parent(&g->parent, &p->dev, &vgpu_driver, g->types, 1);
	}
	return 0;
}

static int users_of(struct gpu *g) { return atomic_read(&g->users) + READ_ONCE(leak); }

static void gpu_remove(struct pci_dev *p)
{
	struct gpu *g = pci_get_drvdata(p);

	if (!g)
		return;
	if (g->has_mdev)
		mdev_unregister_parent(&g->parent);
	if (users_of(g)) {
		pr_err("NVRM: Attempting to remove device %s with non-zero usage count!\n", pci_name(p));
		while (users_of(g))
			msleep(500);
		pr_err("NVRM: Continuing with GPU removal for device %s\n", pci_name(p));
	}
	if (g->proc)
		proc_remove(g->proc);
	misc_deregister(&g->misc);
	ida_free(&ids, g->id);
	kfree(g);
}

static const struct pci_device_id ids_of_display_functions[] = {
	{ PCI_DEVICE(0x10de, PCI_ANY_ID), .class = PCI_CLASS_DISPLAY_VGA << 8, .class_mask = ~0 },
	{ PCI_DEVICE(0x10de, PCI_ANY_ID), .class = PCI_CLASS_DISPLAY_3D << 8, .class_mask = ~0 },
	{ }
};
MODULE_DEVICE_TABLE(pci, ids_of_display_functions);

static struct pci_driver driver = {
	.name = "nvidia",
	.id_table = ids_of_display_functions,
	.probe = gpu_probe,
	.remove = gpu_remove,
	.sriov_configure = pci_sriov_configure_simple,
};

static int __init start(void)
{
	int error = mdev ? mdev_register_driver(&vgpu_driver) : 0;

	if (error)
		return error;
	driver_folder = proc_mkdir("driver/nvidia", NULL);
	gpus_folder = driver_folder ? proc_mkdir("gpus", driver_folder) : NULL;
	return pci_register_driver(&driver);
}

static void __exit stop(void)
{
	pci_unregister_driver(&driver);
	if (mdev)
		mdev_unregister_driver(&vgpu_driver);
	if (driver_folder)
		proc_remove(driver_folder);
}

module_init(start);
module_exit(stop);
MODULE_LICENSE("GPL");
MODULE_VERSION("580.126.20");

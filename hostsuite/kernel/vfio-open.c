// vfio-open GROUP BDF [SECONDS]: opens a function through VFIO as a virtual machine does, and keeps it open for a while.
#include <errno.h>
#include <fcntl.h>
#include <linux/vfio.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <unistd.h>

static int must(const char *what, int result)
{
	if (result < 0) {
		printf("%s: %s\n", what, strerror(errno));
		exit(1);
	}
	return result;
}

int main(int argc, char **argv)
{
	char path[64];
	struct vfio_group_status status = { .argsz = sizeof status };
	struct vfio_device_info info = { .argsz = sizeof info };

	setvbuf(stdout, 0, _IOLBF, 0);
	if (argc < 3)
		return 2;
	snprintf(path, sizeof path, "/dev/vfio/%s", argv[1]);
	int container = must("open /dev/vfio/vfio", open("/dev/vfio/vfio", O_RDWR));
	int group = must("open group", open(path, O_RDWR));
	must("group status", ioctl(group, VFIO_GROUP_GET_STATUS, &status));
	if (!(status.flags & VFIO_GROUP_FLAGS_VIABLE)) {
		printf("not viable\n");
		return 1;
	}
	must("set container", ioctl(group, VFIO_GROUP_SET_CONTAINER, &container));
	must("set iommu", ioctl(container, VFIO_SET_IOMMU, VFIO_TYPE1v2_IOMMU));
	int device = must("open device", ioctl(group, VFIO_GROUP_GET_DEVICE_FD, argv[2]));
	must("device info", ioctl(device, VFIO_DEVICE_GET_INFO, &info));
	printf("open %s\n", argv[2]);
	if (argc > 3)
		sleep(atoi(argv[3]));
	return 0;
}
